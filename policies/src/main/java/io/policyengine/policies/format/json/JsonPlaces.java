package io.policyengine.policies.format.json;

import org.jspecify.annotations.Nullable;

/** The places of a JSON text that somebody wants to read or edit: names below names. */
public interface JsonPlaces {
    /** All places. */
    JsonPlaces ALL = new JsonPlaces() {
        @Override
        public JsonPlaces member(String name) {
            return this;
        }

        @Override
        public JsonPlaces elements() {
            return this;
        }
    };

    /** The wanted places in a member of an object; null if the value is not wanted. */
    @Nullable
    JsonPlaces member(String name);

    /** The wanted places in the elements of an array; null if it is read without its elements. */
    @Nullable
    JsonPlaces elements();
}
