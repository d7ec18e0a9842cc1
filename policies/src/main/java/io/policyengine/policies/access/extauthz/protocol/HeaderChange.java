package io.policyengine.policies.access.extauthz.protocol;

/** A header field that an authorization service's answer sets. Its value consists of octets. */
public record HeaderChange(String name, String value, Action action) {
    /** The way in which a field is set. */
    public enum Action {
        /** Replaces all values of the field. */
        SET,
        /** Adds a value. */
        APPEND,
        /** Adds the field if it is missing. */
        SET_IF_ABSENT,
        /** Replaces the field if it is present. */
        SET_IF_PRESENT
    }
}
