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
 * The overrides of a kernel whose conf directory is read-only. They are kept in memory and, with a state directory,
 * also on disk, so that they outlive the kernel. Confined to the kernel's event loop, except blocking methods.
 */
public final class StoredOverrides {
    /** The file name that messages show for overrides that are kept in memory only. */
    public static final String MEMORY = "(memory)";

    private static final Logger LOG = LoggerFactory.getLogger(StoredOverrides.class);

    private final @Nullable GenerationStore store;
    private final Path directory;
    private @Nullable String text;
    /** The overrides parsed from the text, updated when the text changes. */
    private List<OverrideConfig> overrides = List.of();

    /**
     * Loads the overrides that an earlier kernel stored. Invalid overrides are logged and ignored.
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
                    .log("the overrides in the state directory are invalid, so all of them are ignored");
        }
    }

    /** Returns the path of the stored overrides for messages, or {@link #MEMORY}. */
    public String place() {
        return store == null ? MEMORY : store.overrides().toString();
    }

    public boolean isInMemoryOnly() {
        return store == null;
    }

    /** Returns whether there are overrides that will be lost when the process ends. */
    public boolean areLostAtTheEnd() {
        return isInMemoryOnly() && !overrides.isEmpty();
    }

    /** Returns the current overrides as an editable overrides.yaml. */
    public ConfTexts texts() {
        SortedMap<String, FileText> files = new TreeMap<>();
        if (text != null) {
            files.put(ConfTexts.OVERRIDES, new FileText.Content(text));
        }
        return ConfTexts.of(directory, files);
    }

    /** Returns the text of the overrides, or null if there are none. */
    public @Nullable String text() {
        return text;
    }

    public List<OverrideConfig> overrides() {
        return overrides;
    }

    /** Returns the overrides in the text of an overrides.yaml; null means no overrides. */
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
     * Replaces the overrides in force.
     *
     * @throws ConfigException if the text is invalid; the previous overrides remain
     */
    public void take(@Nullable String written) {
        overrides = of(written);
        text = written;
    }

    /**
     * Writes the overrides to the state directory; does nothing without a state directory.
     *
     * @param written an overrides.yaml; null removes the stored overrides
     * @throws StateException if they cannot be written
     */
    public void saveBlocking(@Nullable String written) {
        if (store != null) {
            store.saveOverridesBlocking(written, directory);
        }
    }
}
