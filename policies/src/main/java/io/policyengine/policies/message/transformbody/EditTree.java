package io.policyengine.policies.message.transformbody;

import io.policyengine.policies.format.json.JsonSelection;
import io.policyengine.policies.shared.template.Template;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The edits of a JSON text as a tree of member names. Each node removes its member, sets it, or leads to deeper nodes.
 *
 * @param members child nodes by member name, in the order in which missing members are created
 * @param value value to set here, or null
 * @param sets true if a value is set here or deeper in the tree
 */
record EditTree(Map<String, EditTree> members, @Nullable JsonValue value, boolean sets) implements JsonSelection {
    private record Edit(List<String> names, @Nullable JsonValue value) {}

    /**
     * Returns the edits as a tree; null if an edit may reach into an array, sets an object or array, or overlaps
     * another edit.
     */
    static @Nullable EditTree of(List<ValuePointer> removals, List<JsonEdits.Setting> settings) {
        List<Edit> edits = new ArrayList<>();
        for (JsonEdits.Setting setting : settings) {
            if (setting.value() instanceof JsonValue.Members || setting.value() instanceof JsonValue.Elements) {
                return null;
            }
            edits.add(new Edit(setting.path().tokens(), setting.value()));
        }
        removals.forEach(removal -> edits.add(new Edit(removal.tokens(), null)));
        return edits.stream().flatMap(edit -> edit.names().stream()).allMatch(EditTree::isName)
                ? inner(edits, 0)
                : null;
    }

    /** Returns whether the token can only be a member name: array indices are digits or {@code -}. */
    private static boolean isName(String token) {
        return token.isEmpty() || !(token.equals("-") || token.chars().allMatch(c -> c >= '0' && c <= '9'));
    }

    private static @Nullable EditTree inner(List<Edit> edits, int depth) {
        Map<String, List<Edit>> byName = new LinkedHashMap<>();
        edits.forEach(edit -> byName.computeIfAbsent(edit.names().get(depth), _ -> new ArrayList<>())
                .add(edit));
        Map<String, EditTree> members = new LinkedHashMap<>();
        for (Map.Entry<String, List<Edit>> member : byName.entrySet()) {
            EditTree below = below(member.getValue(), depth + 1);
            if (below == null) {
                return null;
            }
            members.put(member.getKey(), below);
        }
        return new EditTree(
                Collections.unmodifiableMap(members),
                null,
                members.values().stream().anyMatch(EditTree::sets));
    }

    private static @Nullable EditTree below(List<Edit> edits, int depth) {
        Edit first = edits.getFirst();
        if (edits.size() == 1 && first.names().size() == depth) {
            return new EditTree(Map.of(), first.value(), first.value() != null);
        }
        return edits.stream().allMatch(edit -> edit.names().size() > depth) ? inner(edits, depth) : null;
    }

    @Override
    public @Nullable JsonSelection member(String name) {
        EditTree edit = members.get(name);
        return edit == null || edit.removes() ? null : edit;
    }

    @Override
    public @Nullable JsonSelection elements() {
        return null;
    }

    boolean removes() {
        return members.isEmpty() && value == null;
    }

    /** Returns the new value of a member that is missing, or that must become an object. */
    JsonNode made(Template.Fill fill) {
        if (value != null) {
            return value.fill(fill);
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        members.forEach((name, member) -> {
            if (member.sets()) {
                object.set(name, member.made(fill));
            }
        });
        return object;
    }
}
