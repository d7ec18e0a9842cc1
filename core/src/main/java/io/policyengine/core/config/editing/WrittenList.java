package io.policyengine.core.config.editing;

import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.config.yaml.YamlFile;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A list in a file of a conf directory. Items can be replaced, removed and added while the rest of the file, including
 * comments, stays unchanged.
 */
final class WrittenList {
    private final String file;
    private final String text;
    private final List<String> keys;
    private final LocatedTree tree;
    private final String pointer;

    /**
     * Parses a valid text.
     * @param keys the path from the root to the list
     */
    WrittenList(String file, String text, List<String> keys) {
        this.file = file;
        this.text = text;
        this.keys = keys;
        this.tree = YamlFile.parse(file, text);
        this.pointer = pointer(keys);
    }

    private static String pointer(List<String> keys) {
        var pointer = JsonPointer.empty();
        for (var key : keys) {
            pointer = pointer.appendProperty(key);
        }
        return pointer.toString();
    }

    int size() {
        return list(tree.root()).size();
    }

    JsonNode item(int index) {
        return list(tree.root()).get(index);
    }

    Location place(int index) {
        return tree.value(pointerTo(index));
    }

    private String pointerTo(int index) {
        return pointer + "/" + index;
    }

    /** Returns whether the file holds a single item and nothing else. */
    boolean isOneItemAlone() {
        return size() == 1 && tree.root().size() == 1;
    }

    private JsonNode list(JsonNode root) {
        return root.at(pointer);
    }

    /**
     * Returns the file with an item replaced.
     * @throws NotEditableException if the new text would not parse to exactly that content
     */
    FileEdit replace(int index, ObjectNode item) {
        return edited(items -> items.replace(index, item), pointerTo(index), list -> list.set(index, item));
    }

    /**
     * Returns the file without an item.
     * @throws NotEditableException if the new text would not parse to exactly that content
     */
    FileEdit remove(int index) {
        return edited(items -> items.remove(index), pointerTo(index), list -> list.remove(index));
    }

    /**
     * Returns the file with an item appended. If the file contains only <code>{}</code>, the list is added as well.
     * @throws NotEditableException if the new text would not parse to exactly that content
     */
    FileEdit add(ObjectNode item) {
        return tree.root().isEmpty() ? begun(item) : edited(items -> items.add(item), pointer, list -> list.add(item));
    }

    private FileEdit begun(ObjectNode item) {
        JsonNode content = JsonNodeFactory.instance.arrayNode().add(item);
        for (var key : keys.reversed()) {
            content = JsonNodeFactory.instance.objectNode().set(key, content);
        }
        var begun = YamlItems.rewrite(text, content);
        if (!says(begun, content)) {
            throw new NotEditableException(tree.value(""));
        }
        return new FileEdit(file, begun);
    }

    /** Returns whether the file may contain comments anywhere outside of the given text. */
    boolean mayHaveComments(String besides) {
        return text.replace(besides, "").contains("#");
    }

    private FileEdit edited(Function<YamlItems, @Nullable String> edit, String place, Consumer<ArrayNode> change) {
        var items = YamlItems.of(text, keys);
        var edited = items == null ? null : edit.apply(items);
        if (edited != null && list(tree.root()) instanceof ArrayNode list) {
            var changed = JsonNodeFactory.instance.arrayNode().addAll(list);
            change.accept(changed);
            if (says(edited, with(tree.root(), keys, changed))) {
                return new FileEdit(file, edited);
            }
        }
        throw new NotEditableException(tree.value(place));
    }

    /**
     * Returns a copy of the tree with the list at these keys replaced. Everything else is shared with the original,
     * because a file can be large.
     */
    private static JsonNode with(JsonNode root, List<String> keys, ArrayNode list) {
        if (keys.isEmpty()) {
            return list;
        }
        var key = keys.getFirst();
        return JsonNodeFactory.instance
                .objectNode()
                .setAll((ObjectNode) root)
                .set(key, with(root.path(key), keys.subList(1, keys.size()), list));
    }

    private boolean says(String edited, JsonNode wanted) {
        try {
            return YamlFile.parse(file, edited).root().equals(wanted);
        } catch (ConfigException notEvenYaml) {
            return false;
        }
    }
}
