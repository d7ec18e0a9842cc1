package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.buffer.Buffer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** The engine's responses to JSON-RPC requests. */
public final class RequestAnswers {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;

    private RequestAnswers() {}

    /**
     * Returns a response with these error messages. Its status is 200, as JSON-RPC servers use it for errors.
     *
     * @param code the code of the first refusal
     */
    public static ImmediateResponse errors(JsonNode errors, DenialCode code) {
        return json(OK, errors, DenialReason.POLICY_DENIED, code);
    }

    /** Returns the response to a text that is not valid JSON-RPC. */
    public static ImmediateResponse unreadable(JsonRpcFault fault, String requestId) {
        return badRequest(fault.error(), NullNode.getInstance(), fault.why(), JsonRpcCode.INVALID_MESSAGE, requestId);
    }

    /**
     * Returns the response to a request that is invalid as a whole, with HTTP 400.
     *
     * @param id id of the request; JSON null if the request has not been read (JSON-RPC 2.0 §5)
     * @param requestId the engine's id of the request
     */
    public static ImmediateResponse badRequest(
            JsonRpcError error, JsonNode id, String message, DenialCode code, String requestId) {
        return json(BAD_REQUEST, error.message(id, message, code, requestId), DenialReason.INVALID_REQUEST, code);
    }

    /** Returns a denial with HTTP 403. */
    public static ImmediateResponse denied(String message, DenialCode code, DenialFormat format) {
        return new Denial(FORBIDDEN, code, message, DenialReason.POLICY_DENIED).response(format);
    }

    private static ImmediateResponse json(int status, JsonNode body, DenialReason reason, DenialCode code) {
        return new ImmediateResponse(
                        status,
                        HeaderMap.of("content-type", "application/json"),
                        Buffer.buffer(body.toString()),
                        reason.code())
                .withCode(code);
    }
}
