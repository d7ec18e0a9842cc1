package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;

/** The attribute value that is being read. */
final class AttributeValue {
    private final int maxBytes;
    private final boolean kept;
    private final StringBuilder text = new StringBuilder();
    private int quote;
    private int bytes;
    private long digest;

    /**
     * Creates a reader.
     *
     * @param maxBytes maximum UTF-8 bytes of a value
     * @param kept whether the text of a value is kept
     */
    AttributeValue(int maxBytes, boolean kept) {
        this.maxBytes = maxBytes;
        this.kept = kept;
    }

    void begin(int mark) {
        quote = mark;
        bytes = 0;
        digest = Digest.START;
        text.setLength(0);
    }

    /** Returns whether the character ends the value, provided that it is not written as a reference. */
    boolean isEndedBy(int c) {
        return c == quote;
    }

    void add(int c) throws XmlFault {
        bytes += XmlChars.bytesOf(c);
        if (bytes > maxBytes) {
            throw new XmlFault(Kind.STRING);
        }
        digest = Digest.add(digest, c);
        if (kept) {
            text.appendCodePoint(c);
        }
    }

    long digest() {
        return digest;
    }

    /** Returns the text of the value; empty if it is not kept. */
    String text() {
        return text.toString();
    }
}
