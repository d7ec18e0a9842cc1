package io.policyengine.kernel.history;

import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.log.LogFields;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The overrides for a read-only conf directory: in memory, and in the state directory if there is one, so that they
 * outlive the kernel. Confined to the kernel's event loop, except blocking methods.
 */
public final class StoredOverrides {
    /** The file that locations name for what is kept in memory only. */
    public static final String MEMORY = "(memory)";

    private static final Logger LOG = LoggerFactory.getLogger(StoredOverrides.class);

    private final @Nullable GenerationStore store;
    private final Path directory;
    private @Nullable String text;
    /** The overrides of the text, which is read only when it changes. */
    private List<OverrideConfig> overrides = List.of();

    /**
     * The overrides that an earlier kernel left.
     *
     * @param directory the conf directory
     */
    public StoredOverrides(GenerationArchive kept, Path directory) {
        this.store = kept.store();
        this.directory = directory;
        try {
            take(kept.overrides());
        } catch (ConfigException unusable) {
            LOG.atError()
                    .addKeyValue(LogFields.PROBLEMS, unusable.problems())
                    .log("the overrides in the state directory cannot be used: none of them is in force");
        }
    }

    /** The place of the overrides, for users. */
    public String place() {
        return store == null ? MEMORY : store.overrides().toString();
    }

    /** True if they are lost with the process. */
    public boolean isInMemoryOnly() {
        return store == null;
    }

    /** True if there are some that the end of the process loses. */
    public boolean areLostAtTheEnd() {
        return isInMemoryOnly() && !overrides.isEmpty();
    }

    /** The overrides as an overrides.yaml, to be changed. */
    public ConfTexts texts() {
        SortedMap<String, FileText> files = new TreeMap<>();
        if (text != null) {
            files.put(ConfTexts.OVERRIDES, new FileText.Content(text));
        }
        return ConfTexts.of(directory, files);
    }

    /** The text of the overrides, or null if there are none. */
    public @Nullable String text() {
        return text;
    }

    /** All of them. */
    public List<OverrideConfig> overrides() {
        return overrides;
    }

    /** The overrides of a text that was written for this. */
    public List<OverrideConfig> of(@Nullable String written) {
        return written == null
                ? List.of()
                : ConfDirectory.overrides(written).stream().map(this::placed).toList();
    }

    private OverrideConfig placed(OverrideConfig override) {
        Location at = override.location();
        return new OverrideConfig(
                override.target(),
                override.mode(),
                override.reason(),
                override.until(),
                new Location(place(), at.line(), at.column()));
    }

    /**
     * Sets the overrides in force.
     *
     * @throws ConfigException if they are invalid; the earlier ones stay
     */
    public void take(@Nullable String written) {
        overrides = of(written);
        text = written;
    }

    /**
     * Writes the overrides to the state directory, if there is one.
     *
     * @param written null: there are none
     * @throws StateException if they cannot be written
     */
    public void saveBlocking(@Nullable String written) {
        if (store != null) {
            store.saveOverridesBlocking(written, directory);
        }
    }
}
