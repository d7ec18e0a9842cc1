package io.policyengine.policies.content.shared.content;

import java.text.Normalizer;
import java.util.Map;

/** Character references of XML and HTML: numeric ones, and names of characters that may be letters or markup. */
final class Entities {
    /** Maximum length of a named character reference, including its ampersand, in characters. */
    private static final int MAX_NAME = 16;

    /** Maximum length of a numeric character reference, which may have leading zeros, in characters. */
    private static final int MAX_DIGITS = 4096;

    private static final Entity NONE = new Entity(LogicalText.BROKEN);
    private static final Map<String, Integer> NAMED = Map.ofEntries(
            Map.entry("amp", (int) '&'),
            Map.entry("lt", (int) '<'),
            Map.entry("gt", (int) '>'),
            Map.entry("quot", (int) '"'),
            Map.entry("apos", (int) '\''),
            Map.entry("nbsp", 0xA0),
            Map.entry("shy", 0xAD),
            Map.entry("zwj", 0x200D),
            Map.entry("zwnj", 0x200C),
            Map.entry("ZeroWidthSpace", 0x200B),
            Map.entry("NoBreak", 0x2060),
            Map.entry("Tab", (int) '\t'),
            Map.entry("NewLine", (int) '\n'));
    /** Combining marks by the end of an entity's name; the name's first character is the letter that has the mark. */
    private static final Map<String, Integer> MARKS = Map.of(
            "grave", 0x300, "acute", 0x301, "circ", 0x302, "tilde", 0x303, "uml", 0x308, "ring", 0x30A, "cedil", 0x327);

    private Entities() {}

    /**
     * A character reference.
     *
     * @param codePoint the character; {@link LogicalText#BROKEN} if the reference is unknown
     */
    record Entity(int codePoint) {}

    /** Returns whether the character may continue the reference begun. */
    static boolean goesOn(Characters begun, int codePoint) {
        boolean number = begun.length() > 1 && begun.codePointAt(1) == '#';
        boolean right = number
                ? isDigit(begun, codePoint) || (begun.length() == 2 && (codePoint == 'x' || codePoint == 'X'))
                : (codePoint == '#' && begun.length() == 1) || isLetter(codePoint);
        return right && begun.length() < (number ? MAX_DIGITS : MAX_NAME);
    }

    private static boolean isDigit(Characters begun, int codePoint) {
        boolean hex = begun.length() > 2 && (begun.codePointAt(2) == 'x' || begun.codePointAt(2) == 'X');
        return codePoint >= 0 && codePoint < 0x80 && Character.digit(codePoint, hex ? 16 : 10) >= 0;
    }

    private static boolean isLetter(int codePoint) {
        return (codePoint >= 'a' && codePoint <= 'z') || (codePoint >= 'A' && codePoint <= 'Z');
    }

    static Entity of(Characters begun) {
        return begun.length() > 1 && begun.codePointAt(1) == '#'
                ? number(begun)
                : named(begun.asString(MAX_NAME).substring(1));
    }

    private static Entity number(Characters begun) {
        boolean hex = begun.length() > 2 && (begun.codePointAt(2) == 'x' || begun.codePointAt(2) == 'X');
        int first = hex ? 3 : 2;
        long value = 0;
        for (int i = first; i < begun.length(); i++) {
            value = Math.min(Integer.MAX_VALUE, value * (hex ? 16 : 10) + Character.digit(begun.codePointAt(i), 16));
        }
        return begun.length() == first || !Character.isValidCodePoint((int) value) ? NONE : new Entity((int) value);
    }

    private static Entity named(String name) {
        Integer known = NAMED.get(name);
        if (known != null) {
            return new Entity(known);
        }
        Integer mark = name.length() > 1 ? MARKS.get(name.substring(1)) : null;
        if (mark == null) {
            return NONE;
        }
        String letter = Normalizer.normalize(name.charAt(0) + Character.toString(mark), Normalizer.Form.NFC);
        return new Entity(letter.codePointAt(0));
    }
}
