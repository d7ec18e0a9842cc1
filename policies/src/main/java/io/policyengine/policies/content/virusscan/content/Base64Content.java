package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;
import java.util.Base64;

/**
 * A content in base64 (RFC 2045 §6.8), decoded. Strict, since the next reader may not decode it: bytes that are not of the alphabet could be a
 * content themselves, so that one with them is refused.
 */
final class Base64Content implements ContentReader {
    private static final int GROUP = 4;

    private final ContentSink into;
    private final byte[] group = new byte[GROUP];
    private int inGroup;
    private boolean isPadded;

    Base64Content(ContentSink into) {
        this.into = into;
    }

    @Override
    public void take(Buffer bytes) throws UnopenableException {
        byte[] text = new byte[inGroup + bytes.length()];
        System.arraycopy(group, 0, text, 0, inGroup);
        int length = inGroup;
        for (byte octet : bytes.getBytes()) {
            if (octet == '\r' || octet == '\n') {
                continue;
            }
            if (isPadded && octet != '=') {
                throw malformed();
            }
            isPadded |= octet == '=';
            text[length] = octet;
            length++;
        }
        inGroup = length % GROUP;
        decode(text, length - inGroup);
        System.arraycopy(text, length - inGroup, group, 0, inGroup);
    }

    @Override
    public void end() throws UnopenableException {
        decode(group, inGroup);
        into.end();
    }

    private void decode(byte[] text, int length) throws UnopenableException {
        byte[] part = new byte[length];
        System.arraycopy(text, 0, part, 0, length);
        try {
            into.add(Buffer.buffer(Base64.getDecoder().decode(part)));
        } catch (IllegalArgumentException none) {
            throw malformed();
        }
    }

    private static UnopenableException malformed() {
        return new UnopenableException("what is said to be base64 is not");
    }
}
