package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A response that is sent to the client immediately.
 *
 * @param status 200 to 599
 * @param body omitted for the status 204, 205 or 304
 * @param reason a code of {@link DenialReason} or another code; appears in Envoy's response code details
 * @param code the exact code of a denial, see {@link DenialCodes}; null if absent or illegal
 * @param rule for operators, the name of the rule of the entry's parameters that denies, such as a limit; never a text
 *     of the request; null if absent or illegal
 * @param tellsRequestId whether the kernel adds the member {@code request_id} to the body, which must be a JSON object
 *     without this member
 */
public record ImmediateResponse(
        int status,
        HeaderMap headers,
        Buffer body,
        String reason,
        @Nullable String code,
        @Nullable String rule,
        boolean tellsRequestId) {
    public ImmediateResponse {
        code = DenialCodes.legalOrNull(code);
        rule = DenialCodes.legalRuleOrNull(rule);
    }

    /** Creates a response without a code whose body is sent unchanged. */
    public ImmediateResponse(int status, HeaderMap headers, Buffer body, String reason) {
        this(status, headers, body, reason, null, null, false);
    }

    /** Creates a response of content type {@code application/json}, without a code. */
    public static ImmediateResponse json(int status, String json, DenialReason reason) {
        return new ImmediateResponse(
                status, HeaderMap.of("content-type", "application/json"), Buffer.buffer(json), reason.code());
    }

    /** Returns whether the response refuses the request. Any other response answers it in place of the upstream. */
    public boolean isDenial() {
        return status < 200 || status >= 400;
    }

    /** Returns whether the response has content for the client: it is not a denial, or it repeats a stored response. */
    public boolean isContent() {
        return !isDenial() || StoredAnswerReason.isCode(reason);
    }

    public ImmediateResponse withHeaders(HeaderMap changed) {
        return new ImmediateResponse(status, changed, body, reason, code, rule, tellsRequestId);
    }

    /** Returns a copy with the exact code of the denial. */
    public ImmediateResponse withCode(DenialCode declared) {
        return withCode(declared.name());
    }

    /** Returns a copy with this code; without a code if the text is illegal, see {@link DenialCodes}. */
    public ImmediateResponse withCode(String text) {
        return new ImmediateResponse(status, headers, body, reason, text, rule, tellsRequestId);
    }

    /**
     * Returns a copy with the name of the rule that denies, for operators; without one if the text is illegal, see
     * {@link DenialCodes}.
     */
    public ImmediateResponse withRule(String name) {
        return new ImmediateResponse(status, headers, body, reason, code, name, tellsRequestId);
    }

    /** Returns a copy to whose body the kernel adds the member {@code request_id}. */
    public ImmediateResponse tellingRequestId() {
        return new ImmediateResponse(status, headers, body, reason, code, rule, true);
    }

    /** Returns a copy with an additional header field. */
    public ImmediateResponse withHeader(String name, String value) {
        return withHeaders(headers.toBuilder().append(name, value).build());
    }
}
