package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;

/** The value of an attribute that is being read. */
final class AttributeValue {
    private final int maxBytes;
    private final boolean kept;
    private final StringBuilder text = new StringBuilder();
    private int quote;
    private int bytes;
    private long digest;

    /**
     * Creates a reader that is before any value.
     *
     * @param maxBytes most bytes in UTF-8
     * @param kept whether its text is asked for
     */
    AttributeValue(int maxBytes, boolean kept) {
        this.maxBytes = maxBytes;
        this.kept = kept;
    }

    /** Begins a value with this quotation mark. */
    void begin(int mark) {
        quote = mark;
        bytes = 0;
        digest = Digest.START;
        text.setLength(0);
    }

    /** True if this character, in the document, ends it. */
    boolean isEndedBy(int c) {
        return c == quote;
    }

    /** Adds a character. */
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

    /** Returns the digest of the value. */
    long digest() {
        return digest;
    }

    /** Returns the text of the value; empty if it is not kept. */
    String text() {
        return text.toString();
    }
}
