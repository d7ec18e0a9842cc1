package io.policyengine.policies.content.graphqlprotection.document;

/** A document that is not to be read on. Expected, so it has no stack trace. */
public final class GraphqlFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The kinds of faults. */
    public enum Kind {
        /** The text is not a document of operations and fragments. */
        MALFORMED,
        /** The document has too many tokens. */
        TOKENS,
        /** The selections, values or types nest too deep. */
        NESTING,
        /** The fragments are circular. */
        CYCLE
    }

    GraphqlFault(Kind kind) {
        super(kind.name(), null, false, false);
        this.kind = kind;
    }

    /** The kind of fault. */
    public Kind kind() {
        return kind;
    }
}
