package io.policyengine.policies.content.piiredaction;

/** The text that comes in place of what is found. */
@FunctionalInterface
interface Substitute {
    /**
     * The text in place of a value. The same value of the same label has the same.
     *
     * @param label the kind of the value in capital letters, as {@code EMAIL}
     * @param value as it stands in the text
     * @param continues true if the value goes on with the one before, which ends where it starts
     * @throws io.policyengine.core.error.PolicyException if there is no room for more
     */
    String of(String label, String value, boolean continues);

    /** The label alone. */
    static Substitute mask() {
        return (label, _, continues) -> continues ? "" : "[" + label + "]";
    }

    /** The label and a digest of the value in its normal form. */
    static Substitute hash(KeyedDigest digest) {
        return (label, value, continues) -> continues ? "" : "[" + label + ":" + digest.hex(label, value) + "]";
    }

    /** A token that nobody can tell from others. */
    static Substitute token(KeyedDigest digest) {
        return (label, value, _) -> Token.of(label, digest.number(label, value));
    }
}
