package io.policyengine.policies.message.transformbody;

import io.policyengine.policies.shared.template.Template;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A change of a tree of JSON that nothing short of a tree can take. */
sealed interface TreeEdit permits TreeEdit.Rename, TreeEdit.Move, PatchStep {
    /**
     * Makes the change in the tree.
     *
     * @param copies what may still be copied
     * @return the tree after it; null if it changes nothing
     * @throws UnfitBodyException if the tree is not of the form that it needs
     */
    @Nullable
    JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies) throws UnfitBodyException;

    /**
     * Gives a member another name, in its place; what is missing, or no member, stays as it is.
     *
     * @param name the new one
     */
    record Rename(JsonPath path, String name) implements TreeEdit {
        @Override
        public @Nullable JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies) {
            return path.rename(root, name) ? root : null;
        }
    }

    /** Moves a value; what is missing on the way is made, as where a value is set. What is missing is not moved. */
    record Move(JsonPath from, JsonPath to) implements TreeEdit {
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
