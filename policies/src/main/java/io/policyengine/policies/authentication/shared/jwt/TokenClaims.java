package io.policyengine.policies.authentication.shared.jwt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The claims of a token (RFC 7519 §4.1). Times are milliseconds since 1970.
 *
 * @param json all claims
 * @param issuer {@code iss}, or null
 * @param audiences {@code aud}; empty if it is absent or empty
 * @param expires {@code exp}, or null
 * @param notBefore {@code nbf}, or null
 * @param issuedAt {@code iat}, or null
 */
public record TokenClaims(
        ObjectNode json,
        @Nullable String issuer,
        List<String> audiences,
        @Nullable Long expires,
        @Nullable Long notBefore,
        @Nullable Long issuedAt) {

    /**
     * The end of the year 9999. Later times are treated as this time, since some issuers use them for tokens that never
     * expire.
     */
    private static final double LAST_SECOND = 253_402_300_799.0;

    /** Upper bound of the heap of a JSON node or of an object member, in bytes, without the characters of its text. */
    private static final int NODE_BYTES = 96;

    /** Parses the claims; null if the payload is not a JSON object or one of these claims has a wrong type. */
    public static @Nullable TokenClaims read(byte[] payload) {
        ObjectNode json = StrictJson.read(payload);
        if (json == null) {
            return null;
        }
        try {
            return new TokenClaims(
                    json,
                    text(json.get("iss")),
                    texts(json.get("aud")),
                    time(json.get("exp")),
                    time(json.get("nbf")),
                    time(json.get("iat")));
        } catch (WrongTypeException wrong) {
            return null;
        }
    }

    /** Returns an upper bound of the heap that the claims use, in bytes. */
    public int heapBytes() {
        return heapBytes(json);
    }

    /**
     * Returns an upper bound of the heap of a JSON value: the nodes, the entries of maps and lists, and two bytes per
     * character.
     */
    private static int heapBytes(JsonNode value) {
        int bytes = NODE_BYTES;
        if (value.isString()) {
            bytes += 2 * value.stringValue().length();
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            bytes += NODE_BYTES + 2 * member.getKey().length() + heapBytes(member.getValue());
        }
        if (value.isArray()) {
            for (JsonNode element : value) {
                bytes += heapBytes(element);
            }
        }
        return bytes;
    }

    private static @Nullable String text(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw new WrongTypeException();
        }
        return value.stringValue();
    }

    private static List<String> texts(@Nullable JsonNode value) {
        if (value == null) {
            return List.of();
        }
        if (value.isString()) {
            return List.of(value.stringValue());
        }
        if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isString)) {
            throw new WrongTypeException();
        }
        List<String> texts = new ArrayList<>(value.size());
        value.forEach(text -> texts.add(text.stringValue()));
        return texts;
    }

    private static @Nullable Long time(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            throw new WrongTypeException();
        }
        double seconds = value.doubleValue();
        return (long) (Math.max(-LAST_SECOND, Math.min(LAST_SECOND, seconds)) * 1000);
    }

    /**
     * The exception for a claim of a wrong type. It has no stack trace, since untrusted tokens are expected to cause
     * it.
     */
    private static final class WrongTypeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private WrongTypeException() {
            super("wrong type", null, false, false);
        }
    }

    /** Returns a text that reveals nothing of the claims, which are personal data. */
    @Override
    public String toString() {
        return "Claims[***]";
    }
}
