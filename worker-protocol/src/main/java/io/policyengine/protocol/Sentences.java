package io.policyengine.protocol;

/** Texts for users that a worker sends, truncated to a readable length. */
final class Sentences {
    /** Limit of code points of a worker's sentence for users; the rest is cut. */
    private static final int MAX_CHARACTERS = 300;

    /** Limit of characters of a text that is logged, and held as long as its exchange. */
    private static final int MAX_TEXT = 2_000;

    private Sentences() {}

    /** Truncates a text for the log. */
    static String beginning(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    /** Returns a worker's sentence, truncated, on one line; the other one if it is blank. */
    static String oneOf(String said, String otherwise) {
        String line = said.codePoints()
                .limit(MAX_CHARACTERS)
                .map(character -> Character.isISOControl(character) ? ' ' : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return line.isBlank() ? otherwise : line;
    }
}
