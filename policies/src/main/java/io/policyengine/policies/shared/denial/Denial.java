package io.policyengine.policies.shared.denial;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetStatusCode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A denial of a request or a response. Created once with its policy. Without details, {@link #response} differs between
 * clients only in the request id, which the kernel adds.
 *
 * @param status 400 to 599
 * @param code a code that the policy declares
 * @param message for users; never contains client data
 */
public record Denial(int status, DenialCode code, String message, DenialReason reason) {
    /** The metadata key that marks a replaced response of the upstream. Its value is the denial's code. */
    public static final String REFUSED = "response.refused";

    public ImmediateResponse response(DenialFormat format) {
        return response(format, Map.of());
    }

    /**
     * Returns the denial as a response in a format, with additional members.
     *
     * @param details the additional members, by name; may describe the problem to the client that caused it
     */
    public ImmediateResponse response(DenialFormat format, Map<String, JsonNode> details) {
        return switch (format) {
            case JSON -> answer("application/json", json().setAll(details));
            case PROBLEM -> answer("application/problem+json", problem().setAll(details));
        };
    }

    /** Returns the instructions that replace an upstream's response with this denial. */
    public List<ResponseInstruction> replacement(DenialFormat format) {
        ImmediateResponse answer = response(format);
        return List.of(
                new SetStatusCode(answer.status(), answer.code()),
                new SetBody(answer.body(), answer.headers().get("content-type")),
                new SetMetadata(REFUSED, JsonNodeFactory.instance.stringNode(code.name())),
                // The upstream's caching rules were for its own response.
                new SetHeader("cache-control", "no-store"));
    }

    /**
     * Returns a failure that aborts a response regardless of the entry's {@code on_failure}, even if a part of it has
     * been sent.
     */
    public PolicyException breakingOff() {
        return breakingOff(message);
    }

    /**
     * Returns a failure that aborts a response, with the given message instead of the denial's.
     *
     * @param why for the log; must not quote the body
     */
    public PolicyException breakingOff(String why) {
        return new PolicyException(ErrorCode.RESPONSE_REFUSED, code.name() + ": " + why);
    }

    private ImmediateResponse answer(String contentType, JsonNode body) {
        return new ImmediateResponse(
                        status,
                        HeaderMap.of("content-type", contentType),
                        Buffer.buffer(body.toString()),
                        reason.code())
                .withCode(code)
                .tellingRequestId();
    }

    private ObjectNode json() {
        return JsonNodeFactory.instance.objectNode().put("error", message).put("code", code.name());
    }

    /**
     * Returns the denial as problem details. Their type is {@code about:blank}, so the title is the status phrase (RFC
     * 9457 §4.2.1).
     */
    private ObjectNode problem() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "about:blank")
                .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
                .put("status", status)
                .put("detail", message)
                .put("code", code.name());
    }
}
