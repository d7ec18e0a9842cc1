package io.policyengine.policies.content.shared.entities;

/**
 * Private keys in PEM: a first line, header fields, base64 and a last line. A key without its last line is found as
 * well. The lines may be quoted in the source code of a program, with quotation marks and escaped line breaks.
 */
final class PrivateKeyDetector implements Detector {
    /**
     * Maximum characters of one match of a private key, without the key's last line. The rest of a longer key is
     * matched as a continuation.
     */
    private static final int LONGEST = 16 * 1024;

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final String LABEL = "PRIVATE KEY";

    /** Maximum length of the label between the dashes of a private key's first and last line, in characters. */
    private static final int MAX_LABEL = 40;

    /** Maximum number of header fields of a private key. */
    private static final int MAX_HEADERS = 8;

    /**
     * Maximum length of a header field of a private key, in characters; also of the blanks and quotation marks before
     * it.
     */
    private static final int MAX_HEADER = 200;

    /** Minimum consecutive base64 characters of a private key. A text with fewer only mentions a key. */
    private static final int MIN_BODY = 16;

    @Override
    public Entity entity() {
        return Entity.PRIVATE_KEY;
    }

    @Override
    public int longest() {
        return LONGEST + END.length() + MAX_LABEL + DASHES.length();
    }

    @Override
    public boolean mayBeginWith(char first) {
        return first == '-' || first >= 0x80;
    }

    @Override
    public int match(Window text, int start) {
        if (text.at(start - 1) == '-' || !text.startsWith(BEGIN, start)) {
            return NONE;
        }
        int labelEnd = labelEnd(text, start + BEGIN.length());
        if (labelEnd == NONE || !isPrivate(text, start + BEGIN.length(), labelEnd)) {
            return NONE;
        }
        int body = body(text, labelEnd + DASHES.length());
        int at = body;
        while (at - body < MIN_BODY && Chars.isBase64(text.at(at))) {
            at++;
        }
        return at - body < MIN_BODY ? NONE : keyEnd(text, at, start + LONGEST);
    }

    /** Returns the position of the dashes after a label. */
    private static int labelEnd(Window text, int start) {
        int at = start;
        while (at - start <= MAX_LABEL
                && (Chars.isUpper(text.at(at)) || Chars.isDigit(text.at(at)) || text.at(at) == ' ')) {
            at++;
        }
        return text.startsWith(DASHES, at) ? at : NONE;
    }

    private static boolean isPrivate(Window text, int start, int end) {
        for (int at = start; at + LABEL.length() <= end; at++) {
            if (text.startsWith(LABEL, at)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the beginning of the base64, after optional header fields. */
    private static int body(Window text, int start) {
        int at = pastFiller(text, start);
        for (int i = 0; i < MAX_HEADERS; i++) {
            int header = headerEnd(text, at);
            if (header == NONE) {
                return at;
            }
            at = pastFiller(text, header);
        }
        return at;
    }

    private static int headerEnd(Window text, int start) {
        int at = start;
        while (at - start < MAX_LABEL && (Chars.isLetter(text.at(at)) || text.at(at) == '-')) {
            at++;
        }
        if (at == start || text.at(at) != ':') {
            return NONE;
        }
        while (at - start < MAX_HEADER && !isBreak(text, at)) {
            at++;
        }
        return at - start < MAX_HEADER ? at : NONE;
    }

    private static boolean isBreak(Window text, int at) {
        int c = text.at(at);
        return c == Window.NOTHING
                || c == '\n'
                || c == '\r'
                || (c == '\\' && (text.at(at + 1) == 'n' || text.at(at + 1) == 'r'));
    }

    private static int pastFiller(Window text, int start) {
        int at = start;
        while (at - start < MAX_HEADER && fillerLength(text, at) > 0) {
            at += fillerLength(text, at);
        }
        return at;
    }

    /**
     * Returns the length of a blank, a line break, or a sign that quotes or joins lines in source code or text; 0 if
     * there is none.
     */
    private static int fillerLength(Window text, int at) {
        return switch (text.at(at)) {
            case ' ', '\t', '\n', '\r', '"', '\'', '>', ',' -> 1;
            case '\\' -> text.at(at + 1) == 'n' || text.at(at + 1) == 'r' ? 2 : 0;
            case '+' -> text.at(at + 1) == ' ' || text.at(at + 1) == '\n' || text.at(at + 1) == '\r' ? 1 : 0;
            default -> 0;
        };
    }

    /** Returns the end of the key's last line. If there is none, returns the end of its base64, at most {@code max}. */
    private static int keyEnd(Window text, int start, int max) {
        int at = start;
        int end = start;
        while (at < max) {
            if (Chars.isBase64(text.at(at))) {
                end = ++at;
            } else if (fillerLength(text, at) > 0) {
                at += fillerLength(text, at);
            } else {
                return lastLineEnd(text, at, end);
            }
        }
        return max;
    }

    private static int lastLineEnd(Window text, int start, int otherwise) {
        if (!text.startsWith(END, start)) {
            return otherwise;
        }
        int labelEnd = labelEnd(text, start + END.length());
        return labelEnd == NONE ? otherwise : labelEnd + DASHES.length();
    }

    @Override
    public boolean starvesOn(int c) {
        return c != '-' && (Chars.isBase64(c) || c == ' ' || c == '\n' || c == '\r' || c == '"');
    }

    @Override
    public boolean isCut(int length) {
        return length == LONGEST;
    }

    @Override
    public int goOn(Window text, int start) {
        return keyEnd(text, start, start + LONGEST);
    }
}
