package io.policyengine.policies.access.extauthz.protocol;

/** A field that an answer sets, with its value in octets. */
public record HeaderChange(String name, String value, Action action) {
    /** Ways to set a field. */
    public enum Action {
        /** Replaces all values. */
        SET,
        /** Adds a value. */
        APPEND,
        /** Adds the field if it is missing. */
        SET_IF_ABSENT,
        /** Replaces the field if it is present. */
        SET_IF_PRESENT
    }
}
