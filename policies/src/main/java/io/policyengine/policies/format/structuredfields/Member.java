package io.policyengine.policies.format.structuredfields;

/** A member of a list or a dictionary. */
public sealed interface Member permits Item, InnerList {
    Parameters parameters();

    /** Appends the member as written in a field (RFC 9651 §4.1). */
    void writeTo(StringBuilder out);

    /** Returns the member as written in a field. */
    default String serialize() {
        StringBuilder out = new StringBuilder();
        writeTo(out);
        return out.toString();
    }
}
