package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;

/** Skips a comment or an instruction and counts its length, or reads the XML declaration. */
final class UnreadText {
    private final int maxBytes;
    private final boolean lenient;
    private final StringBuilder declaration = new StringBuilder();
    private int bytes;

    /** The number of consecutive characters that match the end of the skipped part. */
    private int matched;

    /**
     * Creates a reader.
     *
     * @param maxBytes maximum UTF-8 bytes of a comment or an instruction
     * @param lenient whether a comment may have two hyphens in a row
     */
    UnreadText(int maxBytes, boolean lenient) {
        this.maxBytes = maxBytes;
        this.lenient = lenient;
    }

    void begin() {
        bytes = 0;
        matched = 0;
        declaration.setLength(0);
    }

    /** Reads the next character of a comment; returns true if it is the last. */
    boolean comment(int c) throws XmlFault {
        if (matched == 2) {
            if (c == '>') {
                return true;
            }
            // §2.5: "--" only before the end.
            if (!lenient) {
                throw new XmlFault(Kind.MALFORMED);
            }
            matched = c == '-' ? 1 : 0;
        }
        matched = c == '-' ? matched + 1 : 0;
        count(c);
        return false;
    }

    /** Reads the next character of an instruction; returns true if it is the last. */
    boolean instruction(int c) throws XmlFault {
        if (endsAfterMark(c)) {
            return true;
        }
        count(c);
        return false;
    }

    /** Reads the next character of the declaration; returns true if it is the last. */
    boolean declaration(int c) throws XmlFault {
        if (endsAfterMark(c)) {
            declaration.setLength(declaration.length() - 1);
            return true;
        }
        if (declaration.length() >= XmlDeclaration.MAX) {
            throw new XmlFault(lenient ? Kind.STRING : Kind.MALFORMED);
        }
        declaration.appendCodePoint(c);
        return false;
    }

    /** Returns the complete declaration, without its end {@code ?>}. */
    String declared() {
        return declaration.toString();
    }

    private boolean endsAfterMark(int c) {
        boolean ends = c == '>' && matched == 1;
        matched = c == '?' ? 1 : 0;
        return ends;
    }

    private void count(int c) throws XmlFault {
        bytes += XmlChars.bytesOf(c);
        if (bytes > maxBytes) {
            throw new XmlFault(Kind.STRING);
        }
    }
}
