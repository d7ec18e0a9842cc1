package io.policyengine.policies.message.transformbody;

import io.policyengine.policies.shared.template.Template;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An edit of JSON that needs a tree. */
sealed interface TreeEdit permits TreeEdit.Rename, TreeEdit.Move, PatchStep {
    /**
     * Applies the edit to the tree.
     *
     * @param copies remaining budget of copies
     * @return the root after the edit, or null if nothing changes
     * @throws UnfitBodyException if the tree does not have the form that the edit needs
     */
    @Nullable
    JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies) throws UnfitBodyException;

    /**
     * Renames a member, keeping its position; does nothing if it is absent or not a member.
     *
     * @param name the new name
     */
    record Rename(ValuePointer path, String name) implements TreeEdit {
        @Override
        public @Nullable JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies) {
            return path.rename(root, name) ? root : null;
        }
    }

    /** Moves a value, and creates missing containers of its target; does nothing if the value is absent. */
    record Move(ValuePointer from, ValuePointer to) implements TreeEdit {
        @Override
        public @Nullable JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies)
                throws UnfitBodyException {
            JsonNode value = from.find(root);
            if (value == null || from.equals(to)) {
                return null;
            }
            from.remove(root);
            return to.set(root, value);
        }
    }
}
