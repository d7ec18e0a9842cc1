package io.policyengine.policies.format.structuredfields;

/** A member of a list or a dictionary. */
public sealed interface Member permits Item, InnerList {
    /** Returns the member's parameters. */
    Parameters parameters();

    /** Writes it as RFC 9651 §4.1 says. */
    void writeTo(StringBuilder out);

    /** As it stands in a field. */
    default String serialize() {
        StringBuilder out = new StringBuilder();
        writeTo(out);
        return out.toString();
    }
}
