package io.policyengine.policies.access.extauthz.protocol;

/**
 * A field that an answer sets.
 *
 * @param value octets
 */
public record HeaderChange(String name, String value, Action action) {
    /** The ways of setting a field. */
    public enum Action {
        /** Replaces what is there. */
        SET,
        /** Adds a value. */
        APPEND,
        /** Adds the field if it is missing. */
        SET_IF_ABSENT,
        /** Replaces the field where there is one. */
        SET_IF_PRESENT
    }
}
