package io.policyengine.protocol;

/** Truncates texts from a worker to a readable length, for operators and for the log. */
final class TextTruncation {
    /**
     * Maximum length of a sentence for operators that a worker sends, in code points. A longer sentence is truncated.
     */
    private static final int MAX_CHARACTERS = 300;

    /**
     * Maximum length of a text from a worker that is logged, in characters. The text stays in memory as long as its
     * exchange; a longer text is truncated.
     */
    private static final int MAX_TEXT = 2_000;

    private TextTruncation() {}

    static String beginning(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    /** Returns a worker's sentence, truncated and on one line, or {@code otherwise} if the sentence is blank. */
    static String oneOf(String said, String otherwise) {
        String line = said.codePoints()
                .limit(MAX_CHARACTERS)
                .map(character -> Character.isISOControl(character) ? ' ' : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return line.isBlank() ? otherwise : line;
    }
}
