package io.policyengine.policies.ai.shared.apierror;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Denials as errors of a provider's interface, which the provider's official client libraries understand. */
public final class ApiError {
    private ApiError() {}

    /**
     * Returns the response to a denied request, in this format.
     *
     * @param shape interface of the request; empty if unknown
     */
    public static ImmediateResponse response(Denial denial, ApiDenialFormat format, Optional<ApiShape> shape) {
        return switch (format) {
            case JSON -> denial.response(DenialFormat.JSON);
            case PROBLEM -> denial.response(DenialFormat.PROBLEM);
            case PROVIDER -> shape.map(of -> response(denial, of)).orElseGet(() -> denial.response(DenialFormat.JSON));
        };
    }

    private static ImmediateResponse response(Denial denial, ApiShape shape) {
        HeaderMap.Builder headers = HeaderMap.of("content-type", "application/json").toBuilder();
        if (shape == ApiShape.BEDROCK) {
            headers.set("x-amzn-errortype", exception(denial.status()));
        }
        String body = body(denial, shape).toString();
        return new ImmediateResponse(
                        denial.status(),
                        headers.build(),
                        Buffer.buffer(body),
                        denial.reason().code())
                .withCode(denial.code());
    }

    private static ObjectNode body(Denial denial, ApiShape shape) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        switch (shape) {
            case OPENAI_CHAT, OPENAI_RESPONSES ->
                body.putObject("error")
                        .put("message", denial.message())
                        .put("type", denial.status() == 429 ? "rate_limit_error" : "invalid_request_error")
                        .putNull("param")
                        .put("code", denial.code().name());
            case ANTHROPIC ->
                body.put("type", "error")
                        .putObject("error")
                        .put("type", type(denial.status()))
                        .put("message", denial.message())
                        .put("code", denial.code().name());
            case GEMINI ->
                body.putObject("error")
                        .put("code", denial.status())
                        .put("message", denial.message())
                        .put("status", status(denial.status()))
                        .putArray("details")
                        .addObject()
                        .put("@type", "type.googleapis.com/google.rpc.ErrorInfo")
                        .put("reason", denial.code().name())
                        .put("domain", "policy-engine");
            case BEDROCK ->
                body.put("message", denial.message()).put("code", denial.code().name());
        }
        return body;
    }

    /** Returns Anthropic's error type for a status. */
    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }

    /** Returns Google's error status (google.rpc.Code) for a status. */
    private static String status(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 503 -> "UNAVAILABLE";
            default -> status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
        };
    }

    /** Returns Amazon's error type for a status. */
    private static String exception(int status) {
        return switch (status) {
            case 401, 403 -> "AccessDeniedException";
            case 404 -> "ResourceNotFoundException";
            case 429 -> "ThrottlingException";
            case 503 -> "ServiceUnavailableException";
            default -> status < 500 ? "ValidationException" : "InternalServerException";
        };
    }
}
