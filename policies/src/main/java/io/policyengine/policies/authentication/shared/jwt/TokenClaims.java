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

    /** The last time that counts: some issuers write much later ones for tokens that never expire. */
    private static final double LAST_SECOND = 253_402_300_799.0;

    /** A node, or the entry of a member with its name, at most. */
    private static final int NODE_BYTES = 96;

    /** Claims, or null if the payload is no JSON object or one of these claims has a wrong type. */
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

    /** The most that they take of the heap, in bytes. */
    public int heapBytes() {
        return heapBytes(json);
    }

    /** Nodes with the entries of their maps and lists, and two bytes a character. */
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

    /** An expected outcome of reading, without a stack. */
    private static final class WrongTypeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private WrongTypeException() {
            super("wrong type", null, false, false);
        }
    }

    /** A text that reveals nothing of the claims, which are personal data. */
    @Override
    public String toString() {
        return "Claims[***]";
    }
}
