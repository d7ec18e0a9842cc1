package io.policyengine.policies.content.piiredaction;

/** The source of replacement texts for findings. */
@FunctionalInterface
interface Substitute {
    /**
     * Returns the text that replaces a value. It is the same for equal values with equal labels.
     *
     * @param label the kind of the value in capital letters, such as {@code EMAIL}
     * @param value as written in the text
     * @param continues true if the value continues the previous one, which ends where this one begins
     * @throws io.policyengine.core.error.PolicyException if the memory for values is exhausted
     */
    String of(String label, String value, boolean continues);

    /** Returns a substitute that consists of the label alone. */
    static Substitute mask() {
        return (label, _, continues) -> continues ? "" : "[" + label + "]";
    }

    /** Returns a substitute that consists of the label and a digest of the value in NFKC. */
    static Substitute hash(KeyedDigest digest) {
        return (label, value, continues) -> continues ? "" : "[" + label + ":" + digest.hex(label, value) + "]";
    }

    /** Returns a substitute that consists of an opaque token. */
    static Substitute token(KeyedDigest digest) {
        return (label, value, _) -> Token.of(label, digest.number(label, value));
    }
}
