package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;

/** The name that is being read. */
final class NameText {
    private final int maxBytes;
    private final boolean lenient;
    private final StringBuilder text = new StringBuilder();
    private int bytes;

    /**
     * Creates an empty name.
     *
     * @param maxBytes maximum UTF-8 bytes of the name
     * @param lenient true to accept colons anywhere, as parsers without namespaces do, and all characters beyond ASCII,
     *     since parsers differ in charset and XML edition
     */
    NameText(int maxBytes, boolean lenient) {
        this.maxBytes = maxBytes;
        this.lenient = lenient;
    }

    void clear() {
        text.setLength(0);
        bytes = 0;
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    void begin(int c) throws XmlFault {
        require(XmlChars.isNameStart(c) || (lenient && (c == ':' || c >= 0x80)));
        clear();
        add(c);
    }

    /** Returns whether the character may continue the name. */
    boolean goesOnWith(int c) {
        return XmlChars.isNamePart(c) || (lenient && c >= 0x80);
    }

    void add(int c) throws XmlFault {
        bytes += XmlChars.bytesOf(c);
        if (bytes > maxBytes) {
            throw new XmlFault(Kind.NAME);
        }
        text.appendCodePoint(c);
    }

    /**
     * Returns the complete name.
     *
     * @throws XmlFault if the name is not qualified correctly and the reader is not lenient
     */
    String qualified() throws XmlFault {
        int colon = text.indexOf(":");
        if (colon >= 0 && !lenient) {
            require(colon + 1 < text.length()
                    && XmlChars.isNameStart(text.codePointAt(colon + 1))
                    && text.indexOf(":", colon + 1) < 0);
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private static void require(boolean holds) throws XmlFault {
        if (!holds) {
            throw new XmlFault(Kind.MALFORMED);
        }
    }
}
