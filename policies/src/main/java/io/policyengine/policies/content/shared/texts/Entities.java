package io.policyengine.policies.content.shared.texts;

/** Character references of XML and HTML, as an HTML parser reads them: numeric references, and all names of HTML. */
final class Entities {
    /** Maximum characters of a numeric reference, which may have leading zeros. */
    private static final int MAX_DIGITS = 4096;

    private static final int FIRST_CONTROL = 0x80;
    /**
     * The characters to which HTML resolves references to U+0080 through U+009F: those of windows-1252 (§13.2.5.80).
     */
    private static final String FOR_CONTROLS =
            "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039"
                    + "\u0152\u008D\u017D\u008F\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153"
                    + "\u009D\u017E\u0178";

    private static final Entity NONE = new Entity("", 0);

    private Entities() {}

    /**
     * A character reference.
     *
     * @param text the characters that the reference denotes; empty if it is unknown
     * @param length the number of characters of the reference itself, without a final semicolon
     */
    record Entity(String text, int length) {
        /**
         * Passes the characters of the reference, and the characters after it, to a sink.
         *
         * @param begun the reference and the letters and digits after it
         * @param next the character after {@code begun}
         * @param end the position after that character
         * @return whether that character ends the reference
         */
        boolean giveTo(CharacterSink sink, Characters begun, int next, long end) throws ContentException {
            boolean closes = next == ';' && !text.isEmpty() && length == begun.length();
            if (length > 0) {
                long last = closes ? end : begun.endAt(length - 1);
                for (int codePoint : text.codePoints().toArray()) {
                    sink.take(codePoint, begun.startAt(0), last);
                }
            }
            begun.giveTo(sink, length);
            return closes;
        }
    }

    /** Returns whether the character may continue the reference in {@code begun}. */
    static boolean goesOn(Characters begun, int codePoint) {
        boolean number = begun.length() > 1 && begun.codePointAt(1) == '#';
        boolean right = number
                ? isDigit(begun, codePoint) || (begun.length() == 2 && (codePoint == 'x' || codePoint == 'X'))
                : (codePoint == '#' && begun.length() == 1) || isNamePart(codePoint);
        return right && begun.length() < (number ? MAX_DIGITS : CharacterNames.MAX_LENGTH);
    }

    private static boolean isDigit(Characters begun, int codePoint) {
        boolean hex = begun.length() > 2 && (begun.codePointAt(2) == 'x' || begun.codePointAt(2) == 'X');
        return codePoint >= 0 && codePoint < 0x80 && Character.digit(codePoint, hex ? 16 : 10) >= 0;
    }

    private static boolean isNamePart(int codePoint) {
        return (codePoint >= 'a' && codePoint <= 'z')
                || (codePoint >= 'A' && codePoint <= 'Z')
                || (codePoint >= '0' && codePoint <= '9');
    }

    /**
     * Returns the reference at the beginning of {@code begun}.
     *
     * @param next the character after {@code begun}
     * @param inTag true within a tag, where fewer references may lack a semicolon
     */
    static Entity of(Characters begun, int next, boolean inTag) {
        return begun.length() > 1 && begun.codePointAt(1) == '#'
                ? number(begun)
                : named(begun.asString(CharacterNames.MAX_LENGTH).substring(1), next, inTag);
    }

    private static Entity number(Characters begun) {
        boolean hex = begun.length() > 2 && (begun.codePointAt(2) == 'x' || begun.codePointAt(2) == 'X');
        int first = hex ? 3 : 2;
        long value = 0;
        for (int i = first; i < begun.length(); i++) {
            value = Math.min(Integer.MAX_VALUE, value * (hex ? 16 : 10) + Character.digit(begun.codePointAt(i), 16));
        }
        if (begun.length() == first || !Character.isValidCodePoint((int) value)) {
            return NONE;
        }
        int control = (int) value - FIRST_CONTROL;
        boolean isControl = control >= 0 && control < FOR_CONTROLS.length();
        return new Entity(
                isControl ? FOR_CONTROLS.substring(control, control + 1) : Character.toString((int) value),
                begun.length());
    }

    private static Entity named(String name, int next, boolean inTag) {
        if (next == ';') {
            String text = CharacterNames.closed(name);
            if (text != null) {
                return new Entity(text, 1 + name.length());
            }
        }
        for (int length = Math.min(name.length(), CharacterNames.MAX_OPEN); length > 0; length--) {
            String text = CharacterNames.open(name.substring(0, length));
            if (text != null) {
                boolean goesOn = length < name.length() || next == '=';
                return inTag && goesOn ? NONE : new Entity(text, 1 + length);
            }
        }
        return NONE;
    }
}
