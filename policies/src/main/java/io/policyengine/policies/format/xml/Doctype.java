package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;

/**
 * Reads a document type declaration after its {@code <!D}. Refuses every declaration, or every one except {@code
 * <!DOCTYPE html>}.
 */
final class Doctype {
    private static final String KEYWORD = "OCTYPE";
    private static final String NAME = "html";

    private final boolean htmlPasses;
    private boolean seen;
    private int inKeyword;
    private boolean spaced;
    private int inName;

    /**
     * Creates a reader.
     *
     * @param htmlPasses whether {@code <!DOCTYPE html>} is permitted
     */
    Doctype(boolean htmlPasses) {
        this.htmlPasses = htmlPasses;
    }

    /**
     * Begins a declaration.
     *
     * @param late whether an element has begun; after it no declaration is permitted
     * @throws XmlFault if no declaration is permitted here
     */
    void begin(boolean late) throws XmlFault {
        if (!htmlPasses) {
            throw new XmlFault(Kind.DTD);
        }
        if (late || seen) {
            throw new XmlFault(Kind.MALFORMED);
        }
        seen = true;
    }

    /** Takes the next character; returns true if it ends the declaration. */
    boolean take(int c) throws XmlFault {
        boolean blank = XmlChars.isBlank(c);
        if (inKeyword < KEYWORD.length()) {
            require(c == KEYWORD.charAt(inKeyword), Kind.MALFORMED);
            inKeyword++;
        } else if (inName == 0 && blank) {
            spaced = true;
        } else if (inName < NAME.length()) {
            require(spaced, Kind.MALFORMED);
            require(c == NAME.charAt(inName), Kind.DTD);
            inName++;
        } else {
            require(blank || c == '>', Kind.DTD);
            return c == '>';
        }
        return false;
    }

    private static void require(boolean holds, Kind kind) throws XmlFault {
        if (!holds) {
            throw new XmlFault(kind);
        }
    }
}
