package io.policyengine.kernel.extproc;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.instruction.ImmediateResponse;
import io.vertx.core.buffer.Buffer;

/** Adds the member {@code request_id}, which identifies the request in logs, to the bodies of denials. */
final class RequestIdMember {
    private static final String NAME = "\"request_id\"";

    private RequestIdMember() {}

    /**
     * Returns the response with the id in its body if the response asks for that, else unchanged. Ids need no escaping,
     * see {@link RequestIds}.
     */
    static ImmediateResponse in(ImmediateResponse answer, String requestId) {
        if (!answer.tellsRequestId() || requestId.isEmpty()) {
            return answer;
        }
        Buffer body = answer.body();
        int end = end(body);
        if (end < 0) {
            return answer;
        }
        Buffer told =
                Buffer.buffer(end + NAME.length() + requestId.length() + 8).appendBuffer(body, 0, end);
        if (!isEmptyObject(body, end)) {
            told.appendString(", ");
        }
        told.appendString(NAME).appendString(": \"").appendString(requestId).appendString("\"}");
        return new ImmediateResponse(
                answer.status(), answer.headers(), told, answer.reason(), answer.code(), answer.rule(), false);
    }

    /**
     * Returns whether a configured body has a JSON media type and looks like a JSON object without {@code request_id}.
     */
    static boolean canBeIn(HeaderMap headers, String body) {
        String type = headers.get("content-type");
        String text = body.strip();
        return type != null
                && (MediaTypes.typeOf(type).equals("application/json")
                        || MediaTypes.typeOf(type).endsWith("+json"))
                && text.startsWith("{")
                && text.endsWith("}")
                && !text.contains(NAME);
    }

    /** Returns the index of the closing brace at the end of the body, or -1 if the body does not end with one. */
    private static int end(Buffer body) {
        int end = body.length() - 1;
        while (end > 0 && isSpace(body.getByte(end))) {
            end--;
        }
        return end > 0 && body.getByte(end) == '}' ? end : -1;
    }

    private static boolean isEmptyObject(Buffer body, int end) {
        int before = end - 1;
        while (before > 0 && isSpace(body.getByte(before))) {
            before--;
        }
        return body.getByte(before) == '{';
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\n' || octet == '\r' || octet == '\t';
    }
}
