package io.policyengine.policies.content.shared.entities;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Tokens in compact serialization: a header and two further parts, or four further parts if the token is encrypted. */
final class JwtDetector implements Detector {
    /** Maximum characters of one match of a JWT. The rest of a longer token is matched as a continuation. */
    private static final int LONGEST = 16 * 1024;

    @Override
    public Entity entity() {
        return Entity.JWT;
    }

    @Override
    public int longest() {
        return LONGEST + 2;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return first == 'e';
    }

    @Override
    public int match(Window text, int start) {
        int second = text.at(start + 1);
        if ((second != 'y' && second != 'w') || Chars.isBase64Url(text.at(start - 1))) {
            return NONE;
        }
        int headerEnd = part(text, start, start);
        if (text.at(headerEnd) != '.' || headerEnd - start >= LONGEST) {
            return NONE;
        }
        String header = header(text, start, headerEnd);
        if (!header.startsWith("{") || !header.contains("\"alg\"")) {
            return NONE;
        }
        int more = header.contains("\"enc\"") ? 4 : 2;
        int at = headerEnd;
        for (int i = 0; i < more; i++) {
            if (text.at(at) != '.') {
                return at - start >= LONGEST ? at : NONE;
            }
            at = part(text, start, at + 1);
        }
        return at;
    }

    /** Returns the end of the part that begins at a position, but at most the end of the longest match. */
    private static int part(Window text, int start, int position) {
        int at = position;
        while (at - start < LONGEST && Chars.isBase64Url(text.at(at))) {
            at++;
        }
        return at;
    }

    /** Returns the decoded header; empty if it is invalid. */
    private static String header(Window text, int start, int end) {
        byte[] encoded = new byte[end - start];
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = (byte) text.at(start + i);
        }
        try {
            return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.ISO_8859_1).strip();
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    @Override
    public boolean starvesOn(int c) {
        return Chars.isBase64Url(c) || c == '.';
    }

    @Override
    public boolean isCut(int length) {
        return length >= LONGEST;
    }

    @Override
    public int goOn(Window text, int start) {
        int at = start;
        while (at - start < LONGEST && (Chars.isBase64Url(text.at(at)) || text.at(at) == '.')) {
            at++;
        }
        return at;
    }
}
