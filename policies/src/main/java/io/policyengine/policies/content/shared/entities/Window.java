package io.policyengine.policies.content.shared.entities;

/**
 * A part of a text that detectors search, with one normalized character for each character of the text. Decimal digits
 * of any script, dashes, spaces, full-width forms and look-alike letters become ASCII.
 *
 * <p>Records whether a detector has read beyond the available text, which makes its result unknown.
 */
class Window {
    /** The value that represents no character, outside of the text. */
    static final int NOTHING = -1;

    /** Number of characters before a position that detectors may read. */
    static final int CONTEXT = 48;

    private static final String LOOK_ALIKES = "АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο";
    private static final String LETTERS = "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXo";

    private static final char FIRST_LOOK_ALIKE = '\u0370';
    private static final char LAST_LOOK_ALIKE = '\u04FF';
    private static final char[] FOLDED = folded();

    private final CharSequence text;
    private final char[] characters;
    private final boolean last;
    private boolean starved;
    private int numberStart = NOTHING;
    private NumberRun number = NumberRun.NONE;

    /**
     * Creates a window.
     *
     * @param last true if the text ends with the window
     */
    Window(CharSequence text, boolean last) {
        this.text = text;
        this.last = last;
        this.characters = new char[text.length()];
        for (int i = 0; i < characters.length; i++) {
            char raw = text.charAt(i);
            characters[i] = raw < 0x80 ? raw : fold(raw);
        }
    }

    private static char[] folded() {
        char[] folded = new char[LAST_LOOK_ALIKE - FIRST_LOOK_ALIKE + 1];
        for (int i = 0; i < LOOK_ALIKES.length(); i++) {
            folded[LOOK_ALIKES.charAt(i) - FIRST_LOOK_ALIKE] = LETTERS.charAt(i);
        }
        return folded;
    }

    /** Returns the normalized character at a position; {@link #NOTHING} outside of the text. */
    int at(int position) {
        return position >= 0 && position < characters.length ? characters[position] : outside(position);
    }

    /** Returns the original character at a position; {@link #NOTHING} outside of the text. */
    int raw(int position) {
        return position >= 0 && position < characters.length ? text.charAt(position) : outside(position);
    }

    private int outside(int position) {
        starved |= position >= 0 && !last;
        return NOTHING;
    }

    /**
     * Returns the number that begins with the digit at a position. The result is cached, since several detectors need
     * it.
     */
    NumberRun number(int start) {
        if (start != numberStart) {
            number = NumberRun.read(this, start);
            numberStart = start;
        }
        return number;
    }

    int length() {
        return characters.length;
    }

    /** Returns whether a detector has read beyond the available text. */
    boolean isStarved() {
        return starved;
    }

    /** Returns whether the text contains the given ASCII characters at a position; case-sensitive. */
    boolean startsWith(String ascii, int position) {
        for (int i = 0; i < ascii.length(); i++) {
            if (at(position + i) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static char fold(char c) {
        if (c >= FIRST_LOOK_ALIKE && c <= LAST_LOOK_ALIKE) {
            char letter = FOLDED[c - FIRST_LOOK_ALIKE];
            return letter == 0 ? c : letter;
        }
        if (c >= '\uFF01' && c <= '\uFF5E') {
            return (char) (c - '\uFF01' + '!');
        }
        return switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER -> (char) ('0' + Character.digit(c, 10));
            case Character.DASH_PUNCTUATION -> '-';
            case Character.SPACE_SEPARATOR -> ' ';
            default -> c == '\u2212' ? '-' : c;
        };
    }
}
