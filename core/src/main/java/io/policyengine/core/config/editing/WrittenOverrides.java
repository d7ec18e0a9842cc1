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
 * The overrides as written in their files. The overrides of overrides.yaml can be replaced and removed, while the rest
 * of the file stays unchanged. The overrides of kernel.yaml are never edited here. Works on texts; parsing takes time.
 */
public final class WrittenOverrides {
    private static final String NEW_FILE =
            "# The emergency switch; see docs/overrides.md. Written by the management API.\n";
    private static final List<String> OWN_FILE = List.of(ConfigSchemas.OVERRIDES_KEY);
    private static final List<String> KERNEL_FILE = List.of(ConfigSchemas.KERNEL_KEY, ConfigSchemas.OVERRIDES_KEY);

    private final @Nullable WrittenList own;
    private final @Nullable WrittenList kernel;

    /** Parses the overrides in the texts of a usable configuration. */
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
     * @param override the resulting override
     */
    public record Put(FileEdit edit, OverrideConfig override) {}

    /** Returns the override of a target in overrides.yaml, as written. */
    public Optional<ObjectNode> find(Target target) {
        return Optional.ofNullable(own)
                .flatMap(list -> indexOf(list, target).map(index -> (ObjectNode) list.item(index)));
    }

    /** Returns the position of the override of a target in kernel.yaml. */
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
     * Replaces the override of a target, or adds one.
     * @param definition the override, including the key that names the target
     * @throws ConfigException if the definition is not a valid override
     * @throws NotEditableException if the new text would not parse to exactly that content
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
                .orElseThrow(() -> new IllegalStateException("the written override is missing"));
        return new Put(edit, override);
    }

    private static FileEdit newFile(ObjectNode definition) {
        var content = JsonNodeFactory.instance.objectNode();
        content.putArray(ConfigSchemas.OVERRIDES_KEY).add(definition);
        return new FileEdit(ConfTexts.OVERRIDES, NEW_FILE + YamlItems.write(content));
    }

    /**
     * Removes an existing override from overrides.yaml. Removes the file if nothing else, not even an operator's
     * comment, is in it.
     * @throws NotEditableException if the new text would not parse to exactly that content
     */
    public FileEdit remove(Target target) {
        var list = Objects.requireNonNull(own, "no override to remove");
        return list.isOneItemAlone() && !list.mayHaveComments(NEW_FILE)
                ? new FileEdit(ConfTexts.OVERRIDES, null)
                : list.remove(indexOf(list, target).orElseThrow());
    }
}
