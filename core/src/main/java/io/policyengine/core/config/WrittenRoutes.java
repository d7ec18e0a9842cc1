package io.policyengine.core.config;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.error.Location;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Route policies as their files write them, references unresolved: found, replaced and removed without a change of anything else in
 * the file, comments included. Works on texts alone; parsing takes its time.
 */
public final class WrittenRoutes {
    private static final List<String> OWN_FILE = List.of(ConfigSchemas.ROUTES_KEY);
    private static final List<String> KERNEL_FILE = List.of(ConfigSchemas.KERNEL_KEY, ConfigSchemas.ROUTES_KEY);

    private final ConfTexts texts;

    /** The route policies in these texts, which must be those of a usable configuration. */
    public WrittenRoutes(ConfTexts texts) {
        this.texts = texts;
    }

    /**
     * A route policy where it stands.
     *
     * @param definition as it is written: references are not resolved
     */
    public record Written(Location location, ObjectNode definition, String file, int index) {}

    /** The file is written in a way that this class cannot change safely. */
    public static final class NotEditableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotEditableException(Written route) {
            super(
                    "the route policy at " + route.location()
                            + " is written in a form that only a person can change: edit the file",
                    null,
                    false,
                    false);
        }
    }

    /** The route policy of this name: its {@code route_name}, or its {@code route_name_regex}. */
    public Optional<Written> find(String name) {
        for (var file : texts.files().keySet()) {
            var keys = keys(file);
            if (keys.isEmpty() || !(texts.files().get(file) instanceof FileText.Content(String text))) {
                continue;
            }
            var tree = YamlFile.parse(file, text);
            var pointer = pointer(keys);
            for (var index = 0; index < tree.root().at(pointer).size(); index++) {
                if (tree.root().at(pointer).get(index) instanceof ObjectNode route
                        && nameOf(route).equals(name)) {
                    return Optional.of(new Written(tree.value(pointer + "/" + index), route, file, index));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Another definition in the place of one.
     *
     * @throws NotEditableException if the text would not say exactly that
     */
    public FileEdit replace(Written route, ObjectNode definition) {
        var items = items(route);
        var edited = items == null ? null : items.replace(route.index(), definition);
        return checked(route, edited, list -> list.set(route.index(), definition));
    }

    /**
     * A file without a route policy; none, if it holds nothing else.
     *
     * @throws NotEditableException if the text would not say exactly that
     */
    public FileEdit remove(Written route) {
        var items = items(route);
        if (items != null && items.size() == 1 && tree(route).root().size() == 1 && isOfRoutes(route.file())) {
            return new FileEdit(route.file(), null);
        }
        return checked(route, items == null ? null : items.remove(route.index()), list -> list.remove(route.index()));
    }

    /** A new file with one route policy. */
    public FileEdit add(String name, ObjectNode definition) {
        var plain = new StringBuilder("api-");
        name.chars()
                .limit(60)
                .forEach(letter ->
                        plain.append(letter < 128 && Character.isLetterOrDigit(letter) ? (char) letter : '-'));
        var file = ConfTexts.ROUTES + "/" + plain + ".yaml";
        for (var number = 2; texts.files().containsKey(file); number++) {
            file = ConfTexts.ROUTES + "/" + plain + "-" + number + ".yaml";
        }
        var content = JsonNodeFactory.instance.objectNode();
        content.putArray(ConfigSchemas.ROUTES_KEY).add(definition);
        return new FileEdit(file, YamlItems.write(content));
    }

    private interface Change {
        void apply(ArrayNode list);
    }

    private FileEdit checked(Written route, @Nullable String edited, Change change) {
        if (edited == null) {
            throw new NotEditableException(route);
        }
        var wanted = tree(route).root().deepCopy();
        change.apply((ArrayNode) wanted.at(pointer(keys(route.file()))));
        if (!says(route.file(), edited, wanted)) {
            throw new NotEditableException(route);
        }
        return new FileEdit(route.file(), edited);
    }

    private static boolean says(String file, String text, JsonNode wanted) {
        try {
            return YamlFile.parse(file, text).root().equals(wanted);
        } catch (ConfigException notEvenYaml) {
            return false;
        }
    }

    private LocatedTree tree(Written route) {
        return YamlFile.parse(route.file(), text(route));
    }

    private String text(Written route) {
        return ((FileText.Content) Objects.requireNonNull(texts.files().get(route.file()))).text();
    }

    private @Nullable YamlItems items(Written route) {
        return YamlItems.of(text(route), keys(route.file()));
    }

    private static boolean isOfRoutes(String file) {
        return file.startsWith(ConfTexts.ROUTES + "/") && file.endsWith(".yaml");
    }

    private static List<String> keys(String file) {
        return isOfRoutes(file) ? OWN_FILE : file.equals("kernel.yaml") ? KERNEL_FILE : List.of();
    }

    private static String pointer(List<String> keys) {
        var pointer = JsonPointer.empty();
        for (var key : keys) {
            pointer = pointer.appendProperty(key);
        }
        return pointer.toString();
    }

    private static String nameOf(ObjectNode route) {
        return route.path("route_name").asString(route.path("route_name_regex").asString(""));
    }
}
