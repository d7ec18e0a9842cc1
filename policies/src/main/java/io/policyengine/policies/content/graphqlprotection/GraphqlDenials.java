package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.buffer.Buffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The responses to refused requests. Each reason has its own code. */
final class GraphqlDenials {
    private final GraphqlProtectionParams params;
    private final Map<GraphqlRefusal.Why, ImmediateResponse> answers = new EnumMap<>(GraphqlRefusal.Why.class);

    GraphqlDenials(GraphqlProtectionParams params) {
        this.params = params;
        for (GraphqlRefusal.Why why : GraphqlRefusal.Why.values()) {
            answers.put(why, answer(denial(why)));
        }
        // RFC 9110 §15.5.6
        answers.computeIfPresent(GraphqlRefusal.Why.METHOD, (_, answer) -> answer.withHeader("allow", "POST"));
    }

    ImmediateResponse of(GraphqlRefusal.Why why) {
        return Objects.requireNonNull(answers.get(why));
    }

    private Denial denial(GraphqlRefusal.Why why) {
        return switch (why) {
            case MALFORMED -> invalid(400, GraphqlCode.INVALID_GRAPHQL, "The request is not a GraphQL request");
            case TYPE ->
                invalid(
                        415,
                        GraphqlCode.UNSUPPORTED_MEDIA_TYPE,
                        "GraphQL is expected as application/json, application/graphql, a form or multipart/form-data, in UTF-8");
            case SIZE -> invalid(413, GraphqlCode.BODY_TOO_COMPLEX, "The body of the request has too many values");
            case TOKENS ->
                invalid(
                        400,
                        GraphqlCode.GRAPHQL_TOO_LONG,
                        "A GraphQL document has more than " + params.maxTokens() + " tokens");
            case BATCH ->
                invalid(
                        400,
                        GraphqlCode.GRAPHQL_TOO_MANY_REQUESTS,
                        "The body has more than " + params.maxBatch() + " requests");
            case DEPTH ->
                invalid(
                        400,
                        GraphqlCode.GRAPHQL_TOO_DEEP,
                        "The operation nests deeper than " + params.maxDepth() + " fields");
            case COMPLEXITY ->
                invalid(
                        400,
                        GraphqlCode.GRAPHQL_TOO_COMPLEX,
                        "The request selects more than " + params.maxComplexity() + " fields");
            case ALIASES ->
                invalid(
                        400,
                        GraphqlCode.GRAPHQL_TOO_MANY_ALIASES,
                        "The request has more than " + params.maxAliases() + " aliases");
            case DIRECTIVES ->
                invalid(
                        400,
                        GraphqlCode.GRAPHQL_TOO_MANY_DIRECTIVES,
                        "The request has more than " + params.maxDirectives() + " directives");
            case INTROSPECTION ->
                denied(403, GraphqlCode.GRAPHQL_INTROSPECTION, "Introspection of the schema is not allowed");
            case OPERATION -> denied(403, GraphqlCode.GRAPHQL_OPERATION, "The operation is not allowed");
            case PERSISTED -> denied(403, GraphqlCode.GRAPHQL_PERSISTED, "The document must be sent with the request");
            case METHOD -> invalid(405, GraphqlCode.GRAPHQL_METHOD, "Mutations and subscriptions need POST");
        };
    }

    private static Denial invalid(int status, DenialCode code, String message) {
        return new Denial(status, code, message, DenialReason.INVALID_REQUEST);
    }

    private static Denial denied(int status, DenialCode code, String message) {
        return new Denial(status, code, message, DenialReason.POLICY_DENIED);
    }

    private ImmediateResponse answer(Denial denial) {
        return switch (params.denialFormat()) {
            case JSON -> denial.response(DenialFormat.JSON);
            case PROBLEM -> denial.response(DenialFormat.PROBLEM);
            case GRAPHQL ->
                new ImmediateResponse(
                                denial.status(),
                                HeaderMap.of("content-type", "application/json"),
                                Buffer.buffer(errors(denial).toString()),
                                denial.reason().code())
                        .withCode(denial.code());
        };
    }

    /** Returns a denial in the form of a GraphQL response with errors (GraphQL, September 2025, §7.1.2). */
    private static ObjectNode errors(Denial denial) {
        ObjectNode response = JsonNodeFactory.instance.objectNode();
        ObjectNode error = response.putArray("errors").addObject();
        error.put("message", denial.message())
                .putObject("extensions")
                .put("code", denial.code().name());
        return response;
    }
}
