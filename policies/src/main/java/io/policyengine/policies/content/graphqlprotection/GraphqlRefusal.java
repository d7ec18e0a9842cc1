package io.policyengine.policies.content.graphqlprotection;

/** A request that is refused. Expected, so it has no stack trace. */
final class GraphqlRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final Why why;

    /** The reasons. */
    enum Why {
        /** The request is not a GraphQL request. */
        MALFORMED,
        /** The content type does not carry GraphQL. */
        TYPE,
        /** Reading the request takes too much memory. */
        SIZE,
        /** A document has too many tokens. */
        TOKENS,
        /** The body has too many requests. */
        BATCH,
        /** The operation nests too deep. */
        DEPTH,
        /** The operation requests too many fields. */
        COMPLEXITY,
        /** The operation has too many aliases. */
        ALIASES,
        /** The operation has too many directives. */
        DIRECTIVES,
        /** The operation requests the schema. */
        INTROSPECTION,
        /** The operation is not allowed. */
        OPERATION,
        /** The request names a document instead of sending it. */
        PERSISTED,
        /** A mutation uses a method that must not change anything. */
        METHOD
    }

    GraphqlRefusal(Why why) {
        super(why.name(), null, false, false);
        this.why = why;
    }

    /** The reason. */
    Why why() {
        return why;
    }
}
