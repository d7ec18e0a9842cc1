package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.buffer.Buffer;
import tools.jackson.databind.JsonNode;

/** The engine's answers to requests of JSON-RPC. */
public final class RequestAnswers {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;

    private RequestAnswers() {}

    /** Errors of messages, as a server answers: with success. */
    public static ImmediateResponse errors(JsonNode errors) {
        return json(OK, errors, DenialReason.POLICY_DENIED);
    }

    /** An answer to a text that is no message. */
    public static ImmediateResponse unreadable(JsonRpcFault fault) {
        return badRequest(fault.error(), fault.why(), "INVALID_MESSAGE");
    }

    /** An answer to a request that is wrong as a whole. */
    public static ImmediateResponse badRequest(JsonRpcError error, String message, String reason) {
        return json(BAD_REQUEST, error.messageWithoutId(message, reason), DenialReason.INVALID_REQUEST);
    }

    /** A denial by the status. */
    public static ImmediateResponse denied(String message, String reason, DenialFormat format) {
        return new Denial(FORBIDDEN, reason, message, DenialReason.POLICY_DENIED).response(format);
    }

    private static ImmediateResponse json(int status, JsonNode body, DenialReason reason) {
        return new ImmediateResponse(
                status,
                HeaderMap.of("content-type", "application/json"),
                Buffer.buffer(body.toString()),
                reason.code());
    }
}
