package io.policyengine.policies.authentication.basicauth;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The credentials in the Authorization field of a request. */
sealed interface Credentials {
    /** A request without credentials, or with a scheme other than Basic. */
    record None() implements Credentials {}

    /** A Basic field that violates RFC 7617. */
    record Malformed() implements Credentials {}

    record Basic(String user, String password) implements Credentials {
        @Override
        public String toString() {
            return "Basic[***]";
        }
    }

    /** Parses the Authorization field as Basic credentials in UTF-8 (RFC 7617 §2, §2.1). */
    static Credentials of(HeaderMap headers) {
        List<String> fields = headers.getAll("authorization");
        if (fields.isEmpty()) {
            return new None();
        }
        if (fields.size() > 1) {
            return new Malformed();
        }
        String field = fields.getFirst().strip();
        int blank = field.indexOf(' ');
        String scheme = blank < 0 ? field : field.substring(0, blank);
        if (!scheme.equalsIgnoreCase("basic")) {
            return new None();
        }
        return blank < 0 ? new Malformed() : decode(field.substring(blank).strip());
    }

    private static Credentials decode(String token) {
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException notBase64) {
            return new Malformed();
        }
        int colon = 0;
        while (colon < pair.length && pair[colon] != ':') {
            colon++;
        }
        if (colon == 0 || colon == pair.length || hasControls(pair)) {
            return new Malformed();
        }
        try {
            String user = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(pair, 0, colon))
                    .toString();
            return new Basic(user, Octets.fromBytes(Arrays.copyOfRange(pair, colon + 1, pair.length)));
        } catch (CharacterCodingException notUtf8) {
            return new Malformed();
        }
    }

    /** Returns whether a pair of user-id and password has control characters, which RFC 7617 §2 forbids. */
    private static boolean hasControls(byte[] pair) {
        for (byte octet : pair) {
            if ((octet >= 0 && octet < 0x20) || octet == 0x7F) {
                return true;
            }
        }
        return false;
    }
}
