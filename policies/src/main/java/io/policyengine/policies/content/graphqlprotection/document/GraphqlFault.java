package io.policyengine.policies.content.graphqlprotection.document;

/** A fault that stops the parsing of a GraphQL document. Expected, so it has no stack trace. */
public final class GraphqlFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The kinds of faults. */
    public enum Kind {
        /** The text is not a document of operations and fragments. */
        MALFORMED,
        TOKENS,
        /** The selections, values or types nest too deeply. */
        NESTING,
        CYCLE
    }

    GraphqlFault(Kind kind) {
        super(kind.name(), null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
