package io.policyengine.protocol;

/** Sentences for people that a worker sends: cut to the length that people read, and to one line. */
final class Sentences {
    private static final int MAX_CHARACTERS = 300;

    private Sentences() {}

    /** The sentence that it sent; the other one if it said nothing. */
    static String oneOf(String said, String otherwise) {
        String line = said.codePoints()
                .limit(MAX_CHARACTERS)
                .map(character -> Character.isISOControl(character) ? ' ' : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return line.isBlank() ? otherwise : line;
    }
}
