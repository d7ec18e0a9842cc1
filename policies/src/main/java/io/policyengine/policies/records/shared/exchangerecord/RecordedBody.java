package io.policyengine.policies.records.shared.exchangerecord;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of a body that is recorded.
 *
 * @param member {@code text}, {@code base64}, or {@code left_out} if the value is the reason for leaving the body out
 * @param bytes length of the whole body
 * @param isTruncated true if the value is only the beginning of the body
 */
public record RecordedBody(String member, String value, int bytes, boolean isTruncated) {
    /**
     * Returns a body that is left out.
     *
     * @param why the reason, in one word
     */
    public static RecordedBody leftOut(String why, int bytes) {
        return new RecordedBody("left_out", why, bytes, false);
    }

    /**
     * Returns the beginning of a body: as text if it is UTF-8, otherwise in Base64.
     *
     * @param bytes length of the whole body
     * @param most maximum bytes to record
     */
    public static RecordedBody of(byte[] body, int bytes, int most) {
        int length = Math.min(body.length, most);
        boolean isTruncated = length < body.length;
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(length);
        // A character cut at the end is left out.
        CoderResult result = decoder.decode(ByteBuffer.wrap(body, 0, length), text, !isTruncated);
        if (!result.isError()) {
            return new RecordedBody("text", text.flip().toString(), bytes, isTruncated);
        }
        String base64 = Base64.getEncoder().encodeToString(Arrays.copyOf(body, length));
        return new RecordedBody("base64", base64, bytes, isTruncated);
    }

    long size() {
        return value.length() * 2L;
    }

    public ObjectNode json() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("bytes", bytes).put(member, value);
        return isTruncated ? json.put("truncated", true) : json;
    }
}
