package io.policyengine.core.config.editing;

import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.OverrideConfig.Target;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.config.reading.ConfigSchemas;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The overrides as written in their files. Those of overrides.yaml are replaced and removed while the rest of the file
 * stays unchanged; those of kernel.yaml are edited by operators only. Works on texts; parsing takes time.
 */
public final class WrittenOverrides {
    private static final String NEW_FILE =
            "# The emergency switch; see docs/overrides.md. Written by the management API.\n";
    private static final List<String> OWN_FILE = List.of(ConfigSchemas.OVERRIDES_KEY);
    private static final List<String> KERNEL_FILE = List.of(ConfigSchemas.KERNEL_KEY, ConfigSchemas.OVERRIDES_KEY);

    private final @Nullable WrittenList own;
    private final @Nullable WrittenList kernel;

    /** The overrides in these texts, which must be those of a usable configuration. */
    public WrittenOverrides(ConfTexts texts) {
        this.own = list(texts, ConfTexts.OVERRIDES, OWN_FILE);
        this.kernel = list(texts, "kernel.yaml", KERNEL_FILE);
    }

    private static @Nullable WrittenList list(ConfTexts texts, String file, List<String> keys) {
        return texts.files().get(file) instanceof FileText.Content(String text)
                ? new WrittenList(file, text, keys)
                : null;
    }

    /**
     * A change of overrides.yaml.
     *
     * @param override what it then says
     */
    public record Put(FileEdit edit, OverrideConfig override) {}

    /** The override of this in overrides.yaml, as it is written. */
    public Optional<ObjectNode> find(Target target) {
        return Optional.ofNullable(own)
                .flatMap(list -> indexOf(list, target).map(index -> (ObjectNode) list.item(index)));
    }

    /** The position of kernel.yaml's override of this target. */
    public Optional<Location> placeInKernel(Target target) {
        return Optional.ofNullable(kernel).flatMap(list -> indexOf(list, target).map(list::place));
    }

    private static Optional<Integer> indexOf(WrittenList list, Target target) {
        return IntStream.range(0, list.size())
                .boxed()
                .filter(index ->
                        list.item(index).path(target.kind().key()).asString("").equals(target.name()))
                .findFirst();
    }

    /**
     * Writes an override in the place of the one that is of the same, or as one more.
     *
     * @param definition with the key that names the target
     * @throws ConfigException if it is no override
     * @throws NotEditableException if the text would not say exactly that
     */
    public Put put(Target target, ObjectNode definition) {
        var edit = own == null
                ? newFile(definition)
                : indexOf(own, target)
                        .map(index -> own.replace(index, definition))
                        .orElseGet(() -> own.add(definition));
        var override = ConfDirectory.overrides(Objects.requireNonNull(edit.text())).stream()
                .filter(read -> read.target().equals(target))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("what was written is not there"));
        return new Put(edit, override);
    }

    private static FileEdit newFile(ObjectNode definition) {
        var content = JsonNodeFactory.instance.objectNode();
        content.putArray(ConfigSchemas.OVERRIDES_KEY).add(definition);
        return new FileEdit(ConfTexts.OVERRIDES, NEW_FILE + YamlItems.write(content));
    }

    /**
     * overrides.yaml without the override of this, which must be there; no file, if it holds nothing else, comments of people included.
     *
     * @throws NotEditableException if the text would not say exactly that
     */
    public FileEdit remove(Target target) {
        var list = Objects.requireNonNull(own, "what is to be removed is there");
        return list.isOneItemAlone() && !list.mayHaveComments(NEW_FILE)
                ? new FileEdit(ConfTexts.OVERRIDES, null)
                : list.remove(indexOf(list, target).orElseThrow());
    }
}
