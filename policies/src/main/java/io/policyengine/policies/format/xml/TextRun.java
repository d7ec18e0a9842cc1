package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;

/** The text between two tags, whatever comments and sections it is split into. */
final class TextRun {
    private final int maxBytes;
    private final XmlEvents events;
    private int bytes;
    /** Brackets that have come and may be the beginning of {@code ]]>}. */
    private int brackets;

    /** Creates an empty run of at most so many bytes in UTF-8. */
    TextRun(int maxBytes, XmlEvents events) {
        this.maxBytes = maxBytes;
        this.events = events;
    }

    /** Another one begins. */
    void afterTag() {
        bytes = 0;
        brackets = 0;
    }

    /** A comment, a section or an instruction begins, or has ended: what ends it does not go across. */
    void interrupt() {
        brackets = 0;
    }

    /** Takes a character outside of sections: {@code ]]>} may not stand there (XML 1.0 §2.4). */
    void text(int c) throws XmlFault {
        if (c == ']') {
            brackets = Math.min(2, brackets + 1);
        } else if (c == '>' && brackets == 2) {
            throw new XmlFault(Kind.MALFORMED);
        } else {
            brackets = 0;
        }
        tell(c);
    }

    /** Takes what a reference stands for. */
    void referenced(int c) throws XmlFault {
        brackets = 0;
        tell(c);
    }

    /** Takes a character of a section; true if the section ends with it. */
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
