package io.policyengine.policies.format.multipart;

/**
 * The decoder of quoted-printable (RFC 2045 §6.7). Strict: an equals sign must precede two hexadecimal digits, or end
 * its line. Decoders differ in how they read any other equals sign.
 */
final class QuotedPrintableDecoder implements TransferDecoder {
    private static final int RETURN = -2;

    private boolean escaped;
    /** The first digit of an escape, {@link #RETURN} after a carriage return, or {@link #NONE}. */
    private int first = NONE;

    @Override
    public int take(int octet) throws MultipartFault {
        if (!escaped) {
            escaped = octet == '=';
            return escaped ? NONE : octet;
        }
        if (first == RETURN || octet == '\r') {
            return lineEnd(octet);
        }
        int digit = octet < 0x80 ? Character.digit(octet, 16) : NONE;
        if (digit < 0) {
            throw malformed();
        }
        if (first == NONE) {
            first = digit;
            return NONE;
        }
        int decoded = (first << 4) | digit;
        first = NONE;
        escaped = false;
        return decoded;
    }

    private int lineEnd(int octet) throws MultipartFault {
        if (first == RETURN ? octet != '\n' : first != NONE) {
            throw malformed();
        }
        escaped = first != RETURN;
        first = escaped ? RETURN : NONE;
        return NONE;
    }

    @Override
    public void end() throws MultipartFault {
        if (escaped) {
            throw malformed();
        }
    }

    @Override
    public boolean isBetween() {
        return !escaped;
    }

    private static MultipartFault malformed() {
        return MultipartFault.malformed(
                "the content of a part is not valid quoted-printable, the encoding that the part states");
    }
}
