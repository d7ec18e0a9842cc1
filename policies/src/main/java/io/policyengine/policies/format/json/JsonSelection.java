package io.policyengine.policies.format.json;

import org.jspecify.annotations.Nullable;

/** The places of a JSON text that a caller reads or edits, as a tree of names. */
public interface JsonSelection {
    JsonSelection ALL = new JsonSelection() {
        @Override
        public JsonSelection member(String name) {
            return this;
        }

        @Override
        public JsonSelection elements() {
            return this;
        }
    };

    /** Returns the wanted places within a member of an object; null if the member is not wanted. */
    @Nullable
    JsonSelection member(String name);

    /** Returns the wanted places within the elements of an array; null if the elements are not wanted. */
    @Nullable
    JsonSelection elements();
}
