package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes of {@code graphqlProtection}. */
enum GraphqlCode implements DenialCode {
    INVALID_GRAPHQL("Let the client send valid GraphQL."),
    UNSUPPORTED_MEDIA_TYPE("Let the client send one of the listed content types, in UTF-8."),
    BODY_TOO_COMPLEX("Usually nothing. If legitimate requests are so large, give the worker more memory, or "
            + "limit bodies with `fileSizeLimit`."),
    GRAPHQL_TOO_LONG("Let the client send shorter documents, or raise `max_tokens`."),
    GRAPHQL_TOO_MANY_REQUESTS("Let the client send fewer requests at once, or raise `max_batch`."),
    GRAPHQL_TOO_DEEP("Let the client nest fields less deeply, or raise `max_depth`."),
    GRAPHQL_TOO_COMPLEX("Let the client select fewer fields, or raise `max_complexity`."),
    GRAPHQL_TOO_MANY_ALIASES("Let the client use fewer aliases, or raise `max_aliases`."),
    GRAPHQL_TOO_MANY_DIRECTIVES("Let the client use fewer directives, or raise `max_directives`."),
    GRAPHQL_INTROSPECTION("Usually nothing. For legitimate requests, set `allow_introspection`."),
    GRAPHQL_OPERATION("Usually nothing. For legitimate requests, add the operation to `operations`."),
    GRAPHQL_PERSISTED("Let the client send the document, or set `allow_persisted`."),
    GRAPHQL_METHOD("Let the client use POST.");

    private final String remedy;

    GraphqlCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
