package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;
import io.policyengine.policies.format.xml.XmlLimits.Leniency;

/**
 * Reads the rest of a document type declaration after {@code <!D}. Refuses declarations that the {@link Leniency}
 * forbids.
 */
final class Doctype {
    private static final String KEYWORD = "OCTYPE";
    private static final String NAME = "html";

    private final Leniency leniency;
    private boolean seen;
    private int inKeyword;
    private boolean spaced;
    private int inName;
    /** The quotation mark that ends the current literal; 0 outside of literals. */
    private int quote;

    private boolean external;

    Doctype(Leniency leniency) {
        this.leniency = leniency;
    }

    /** Returns whether the document type has external declarations, in which case parsers accept unknown entities. */
    boolean isExternal() {
        return external;
    }

    /**
     * Begins a declaration.
     *
     * @param late true if an element has begun, after which no declaration is permitted
     * @throws XmlFault if no declaration is permitted here
     */
    void begin(boolean late) throws XmlFault {
        if (leniency == Leniency.NONE) {
            throw new XmlFault(Kind.DTD);
        }
        if (late || seen) {
            throw new XmlFault(Kind.MALFORMED);
        }
        seen = true;
    }

    /** Reads the next character; returns true if it ends the declaration. */
    boolean take(int c) throws XmlFault {
        boolean blank = XmlChars.isBlank(c);
        if (inKeyword < KEYWORD.length()) {
            require(c == KEYWORD.charAt(inKeyword), Kind.MALFORMED);
            inKeyword++;
        } else if (leniency == Leniency.SEARCH) {
            return withoutDeclarations(c);
        } else if (inName == 0 && blank) {
            spaced = true;
        } else if (inName < NAME.length()) {
            require(spaced, Kind.DTD);
            require(c == NAME.charAt(inName), Kind.DTD);
            inName++;
        } else {
            require(blank || c == '>', Kind.DTD);
            return c == '>';
        }
        return false;
    }

    private boolean withoutDeclarations(int c) throws XmlFault {
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
            return false;
        }
        require(c != '[', Kind.DTD);
        if (c == '"' || c == '\'') {
            quote = c;
            external = true;
        }
        return c == '>';
    }

    private static void require(boolean holds, Kind kind) throws XmlFault {
        if (!holds) {
            throw new XmlFault(kind);
        }
    }
}
