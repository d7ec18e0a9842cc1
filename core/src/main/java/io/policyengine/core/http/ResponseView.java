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
