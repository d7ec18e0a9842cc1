package io.policyengine.policies.message.transformbody;

import io.policyengine.policies.shared.template.Template;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An operation of JSON Patch (RFC 6902 §4). Without a path, the operation applies to the whole text. */
sealed interface PatchStep extends TreeEdit {
    /** Adds a value, or replaces a member (§4.1). */
    record Add(Optional<ValuePointer> path, JsonValue value) implements PatchStep {
        @Override
        public JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies) throws UnfitBodyException {
            return added(root, path, value.fill(fill));
        }
    }

    /** Removes an existing value (§4.2). */
    record Remove(ValuePointer path) implements PatchStep {
        @Override
        public JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies) throws UnfitBodyException {
            if (!path.remove(root)) {
                throw missing();
            }
            return root;
        }
    }

    /** Replaces an existing value (§4.3). */
    record Replace(Optional<ValuePointer> path, JsonValue value) implements PatchStep {
        @Override
        public JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies) throws UnfitBodyException {
            found(root, path);
            return path.isEmpty() ? value.fill(fill) : path.get().set(root, value.fill(fill));
        }
    }

    /** Moves an existing value (§4.4). */
    record Move(ValuePointer from, Optional<ValuePointer> path) implements PatchStep {
        @Override
        public JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies) throws UnfitBodyException {
            JsonNode value = found(root, Optional.of(from));
            from.remove(root);
            return added(root, path, value);
        }
    }

    /** Copies an existing value (§4.5). */
    record Copy(Optional<ValuePointer> from, Optional<ValuePointer> path) implements PatchStep {
        @Override
        public JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies) throws UnfitBodyException {
            return added(root, path, copies.copyOf(found(root, from)));
        }
    }

    /** Requires the value at the path to equal the given value (§4.6). */
    record Test(Optional<ValuePointer> path, JsonValue value) implements PatchStep {
        @Override
        public @Nullable JsonNode apply(JsonNode root, Template.Fill fill, CopyBudget copies)
                throws UnfitBodyException {
            if (!found(root, path).equals(Test::compare, value.fill(fill))) {
                throw new UnfitBodyException("a test operation of the patch failed");
            }
            return null;
        }

        /** Compares numbers by value. */
        private static int compare(JsonNode one, JsonNode other) {
            if (one.isNumber() && other.isNumber()) {
                return one.decimalValue().compareTo(other.decimalValue());
            }
            return one.equals(other) ? 0 : 1;
        }
    }

    private static JsonNode added(JsonNode root, Optional<ValuePointer> path, JsonNode value)
            throws UnfitBodyException {
        if (path.isEmpty()) {
            return value;
        }
        path.get().insert(root, value);
        return root;
    }

    private static JsonNode found(JsonNode root, Optional<ValuePointer> path) throws UnfitBodyException {
        JsonNode value = path.isEmpty() ? root : path.get().find(root);
        if (value == null) {
            throw missing();
        }
        return value;
    }

    private static UnfitBodyException missing() {
        return new UnfitBodyException("it has no value at a path of the patch");
    }
}
