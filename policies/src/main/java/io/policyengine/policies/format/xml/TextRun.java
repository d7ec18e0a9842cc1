package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;

/** The text between two tags, including all parts into which comments and CDATA sections split it. */
final class TextRun {
    private final int maxBytes;
    private final boolean lenient;
    private final XmlEvents events;
    private int bytes;
    /** The number of consecutive closing brackets that may begin {@code ]]>}. */
    private int brackets;

    /**
     * Creates an empty run.
     *
     * @param maxBytes maximum UTF-8 bytes of the text
     * @param lenient whether {@code ]]>} may occur outside of CDATA sections
     */
    TextRun(int maxBytes, boolean lenient, XmlEvents events) {
        this.maxBytes = maxBytes;
        this.lenient = lenient;
        this.events = events;
    }

    void afterTag() {
        bytes = 0;
        brackets = 0;
    }

    /**
     * Clears pending brackets where a comment, section or instruction begins or ends, since {@code ]]>} cannot span
     * that point.
     */
    void interrupt() {
        brackets = 0;
    }

    /** Reads a character outside of CDATA sections, where {@code ]]>} is forbidden (XML 1.0 §2.4). */
    void text(int c) throws XmlFault {
        if (c == ']') {
            brackets = Math.min(2, brackets + 1);
        } else if (c == '>' && brackets == 2 && !lenient) {
            throw new XmlFault(Kind.MALFORMED);
        } else {
            brackets = 0;
        }
        tell(c);
    }

    /** Reads the character that a reference denotes. */
    void referenced(int c) throws XmlFault {
        brackets = 0;
        tell(c);
    }

    /** Reads a character of a CDATA section; returns true if it ends the section. */
    boolean section(int c) throws XmlFault {
        if (c == '>' && brackets == 2) {
            return true;
        }
        if (c == ']' && brackets < 2) {
            brackets++;
            return false;
        }
        if (c != ']') {
            for (; brackets > 0; brackets--) {
                tell(']');
            }
        }
        tell(c);
        return false;
    }

    private void tell(int c) throws XmlFault {
        bytes += XmlChars.bytesOf(c);
        if (bytes > maxBytes) {
            throw new XmlFault(Kind.STRING);
        }
        events.text(c);
    }
}
