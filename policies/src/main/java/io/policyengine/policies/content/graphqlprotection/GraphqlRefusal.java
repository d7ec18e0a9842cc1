package io.policyengine.policies.content.graphqlprotection;

/** The refusal of a GraphQL request. Expected, so it has no stack trace. */
final class GraphqlRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final Why why;

    enum Why {
        /** The request is not a GraphQL request. */
        MALFORMED,
        /** The content type does not carry GraphQL. */
        TYPE,
        /** Reading the request would take too much memory. */
        SIZE,
        TOKENS,
        BATCH,
        DEPTH,
        COMPLEXITY,
        ALIASES,
        DIRECTIVES,
        INTROSPECTION,
        OPERATION,
        /** The request names a stored document instead of sending one. */
        PERSISTED,
        /** The request has a safe HTTP method, but its document has a mutation or subscription. */
        METHOD
    }

    GraphqlRefusal(Why why) {
        super(why.name(), null, false, false);
        this.why = why;
    }

    Why why() {
        return why;
    }
}
