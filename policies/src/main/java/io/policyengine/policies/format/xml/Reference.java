package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;

/**
 * The reference that is being read, after its {@code &}. It refers to a character or to one of five entities (XML 1.0
 * §4.1, §4.6).
 */
final class Reference {
    /** The result while the reference is incomplete. */
    static final int NONE = -1;

    /** The result for an unknown entity that is skipped. */
    static final int SKIPPED = -2;

    /** Length of the longest name of a predefined entity of XML, in characters. */
    private static final int LONGEST_ENTITY = 4;

    private static final int BEYOND = Character.MAX_CODE_POINT + 1;

    private final boolean lenient;
    private final StringBuilder entity = new StringBuilder(LONGEST_ENTITY + 1);
    private Form form = Form.UNKNOWN;
    private int number;
    private boolean digits;
    private boolean skips;

    private enum Form {
        UNKNOWN,
        ENTITY,
        NUMBER,
        DECIMAL,
        HEX
    }

    /**
     * Creates a reader.
     *
     * @param lenient whether a reference to a control character passes, as in XML 1.1
     */
    Reference(boolean lenient) {
        this.lenient = lenient;
    }

    /**
     * Begins a reference.
     *
     * @param skipsUnknown whether an unknown entity is skipped
     */
    void begin(boolean skipsUnknown) {
        skips = skipsUnknown;
        entity.setLength(0);
        form = Form.UNKNOWN;
        number = 0;
        digits = false;
    }

    /**
     * Reads the next character; returns the character that the reference denotes once it is complete, or {@link #NONE}.
     */
    int take(int c) throws XmlFault {
        switch (form) {
            case UNKNOWN -> {
                require(c == '#' || XmlChars.isNameStart(c) || c == ':');
                form = c == '#' ? Form.NUMBER : Form.ENTITY;
                if (c != '#') {
                    entity.appendCodePoint(c);
                }
            }
            case ENTITY -> {
                if (c == ';') {
                    return resolved();
                }
                require(XmlChars.isNamePart(c));
                if (entity.length() <= LONGEST_ENTITY) {
                    entity.appendCodePoint(c);
                }
            }
            case NUMBER -> {
                form = c == 'x' ? Form.HEX : Form.DECIMAL;
                if (c != 'x') {
                    digit(c, 10);
                }
            }
            case DECIMAL, HEX -> {
                if (c == ';') {
                    require(digits && (XmlChars.isChar(number) || (lenient && number < ' ')));
                    return number;
                }
                digit(c, form == Form.HEX ? 16 : 10);
            }
        }
        return NONE;
    }

    private void digit(int c, int radix) throws XmlFault {
        int digit = c < 0x80 ? Character.digit(c, radix) : -1;
        require(digit >= 0);
        digits = true;
        number = Math.min(BEYOND, number * radix + digit);
        require(number < BEYOND);
    }

    private int resolved() throws XmlFault {
        return switch (entity.toString()) {
            case "lt" -> '<';
            case "gt" -> '>';
            case "amp" -> '&';
            case "apos" -> '\'';
            case "quot" -> '"';
            default -> {
                if (skips) {
                    yield SKIPPED;
                }
                throw new XmlFault(Kind.ENTITY);
            }
        };
    }

    private static void require(boolean holds) throws XmlFault {
        if (!holds) {
            throw new XmlFault(Kind.MALFORMED);
        }
    }
}
