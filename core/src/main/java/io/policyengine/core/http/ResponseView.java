package io.policyengine.core.http;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A response as a policy sees it, with the changes of earlier policies.
 *
 * @param status status code; 0 if hidden from the engine
 * @param headers without pseudo headers
 * @param body the complete body if the policy needs it, otherwise null; must not be modified
 */
public record ResponseView(
        int status, HeaderMap headers, @Nullable Buffer body) implements MessageView<ResponseView> {
    private static final ResponseView ABSENT = new ResponseView(0, HeaderMap.empty(), null);

    /** Returns the placeholder for a response that has not arrived, with status 0 and no fields. */
    public static ResponseView absentResponse() {
        return ABSENT;
    }

    /** True if responses of this status may have a body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
    public static boolean allowsContent(int status) {
        return status != 204 && status != 205 && status != 304;
    }

    /** Returns whether the response has only a part of a representation (RFC 9110 §14). */
    public boolean isPart() {
        // In a 416 the field states the length of the whole.
        return status == 206 || (status != 416 && headers.contains("content-range")) || isOfParts();
    }

    /** Returns whether the body consists of parts of a representation, each with its own type (RFC 9110 §14.6). */
    public boolean isOfParts() {
        return MediaTypes.of(headers).stated().contains("multipart/byteranges");
    }

    @Override
    public ResponseView withHeaders(HeaderMap changed) {
        return new ResponseView(status, changed, body);
    }

    public ResponseView withStatus(int changed) {
        return new ResponseView(changed, headers, body);
    }

    @Override
    public ResponseView withBody(@Nullable Buffer changed) {
        return new ResponseView(status, headers, changed);
    }
}
