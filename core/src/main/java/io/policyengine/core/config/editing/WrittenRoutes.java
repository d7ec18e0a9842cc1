package io.policyengine.core.config.editing;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.reading.ConfigSchemas;
import io.policyengine.core.error.Location;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Route policies as written, with unresolved references. A route policy can be found, replaced and removed while the
 * rest of the file, including comments, stays unchanged. Works on texts; parsing takes time.
 */
public final class WrittenRoutes {
    private static final List<String> OWN_FILE = List.of(ConfigSchemas.ROUTES_KEY);
    private static final List<String> KERNEL_FILE = List.of(ConfigSchemas.KERNEL_KEY, ConfigSchemas.ROUTES_KEY);

    private final ConfTexts texts;

    /** Creates an editor of the texts of a usable configuration. */
    public WrittenRoutes(ConfTexts texts) {
        this.texts = texts;
    }

    /**
     * A route policy and its position.
     * @param definition as written: references are not resolved
     */
    public record Written(Location location, ObjectNode definition, String file, int index) {}

    /** Finds a route policy by its {@code route_name} or {@code route_name_regex}. */
    public Optional<Written> find(String name) {
        for (var file : texts.files().keySet()) {
            var keys = keys(file);
            if (keys.isEmpty() || !(texts.files().get(file) instanceof FileText.Content(String text))) {
                continue;
            }
            var list = new WrittenList(file, text, keys);
            for (var index = 0; index < list.size(); index++) {
                if (list.item(index) instanceof ObjectNode route
                        && nameOf(route).equals(name)) {
                    return Optional.of(new Written(list.place(index), route, file, index));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Replaces the definition of a route policy.
     * @throws NotEditableException if the new text would not parse to exactly that content
     */
    public FileEdit replace(Written route, ObjectNode definition) {
        return list(route).replace(route.index(), definition);
    }

    /**
     * Removes a route policy. Removes its file in routes/ if nothing but comments would remain in it.
     * @throws NotEditableException if the new text would not parse to exactly that content
     */
    public FileEdit remove(Written route) {
        var list = list(route);
        return list.isOneItemAlone() && isOfRoutes(route.file())
                ? new FileEdit(route.file(), null)
                : list.remove(route.index());
    }

    private WrittenList list(Written route) {
        var text = ((FileText.Content) Objects.requireNonNull(texts.files().get(route.file()))).text();
        return new WrittenList(route.file(), text, keys(route.file()));
    }

    /** Returns a new file with one route policy. */
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

    private static boolean isOfRoutes(String file) {
        return file.startsWith(ConfTexts.ROUTES + "/") && file.endsWith(".yaml");
    }

    private static List<String> keys(String file) {
        return isOfRoutes(file) ? OWN_FILE : file.equals("kernel.yaml") ? KERNEL_FILE : List.of();
    }

    private static String nameOf(ObjectNode route) {
        return route.path("route_name").asString(route.path("route_name_regex").asString(""));
    }
}
