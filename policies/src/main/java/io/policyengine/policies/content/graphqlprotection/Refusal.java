package io.policyengine.policies.content.graphqlprotection;

/** A request that is refused. Expected, so it has no stack trace. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final Why why;

    /** The reasons. */
    enum Why {
        /** It is no GraphQL request. */
        MALFORMED,
        /** Its content type is none of those that carry GraphQL. */
        TYPE,
        /** It takes too much memory to be read. */
        SIZE,
        /** A document has too many tokens. */
        TOKENS,
        /** It has too many requests in one body. */
        BATCH,
        /** It nests too deep. */
        DEPTH,
        /** It asks for too many fields. */
        COMPLEXITY,
        /** It has too many aliases. */
        ALIASES,
        /** It has too many directives. */
        DIRECTIVES,
        /** It asks for the schema. */
        INTROSPECTION,
        /** It is not among the operations that are allowed. */
        OPERATION,
        /** It names a document in place of sending it. */
        PERSISTED,
        /** It changes something by a method that must not. */
        METHOD
    }

    Refusal(Why why) {
        super(why.name(), null, false, false);
        this.why = why;
    }

    /** The reason. */
    Why why() {
        return why;
    }
}
