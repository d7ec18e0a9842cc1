package io.policyengine.policies.content.shared.textmatch;

/**
 * A text that every match of a pattern contains. The pattern is not tried on inputs without this text; most searches
 * then take little time.
 *
 * @param letters in ASCII and lower case; empty if no such text is easily derived
 */
record RequiredText(String letters) {
    private static final RequiredText NONE = new RequiredText("");
    private static final String CASE_FLAG = "(?i)";
    /** The letters of escapes that denote a character class or a position. */
    private static final String CLASSES = "bBdDsSwWAz";

    /**
     * Returns the longest sequence of characters outside of groups and classes that every match of an RE2 pattern
     * contains.
     */
    static RequiredText of(String pattern) {
        String longest = "";
        StringBuilder run = new StringBuilder();
        int depth = 0;
        int i = pattern.startsWith(CASE_FLAG) ? CASE_FLAG.length() : 0;
        while (i < pattern.length()) {
            char character = pattern.charAt(i);
            int literal = -1;
            switch (character) {
                case '(' -> depth++;
                case ')' -> depth--;
                case '|' -> {
                    if (depth == 0) {
                        return NONE;
                    }
                }
                case '[' -> {
                    i = endOfClass(pattern, i);
                    if (i < 0) {
                        return NONE;
                    }
                }
                case '?', '*', '{' -> run.setLength(Math.max(0, run.length() - 1));
                case '+', '}', '.', '^', '$' -> {
                    // Ends a run.
                }
                case '\\' -> {
                    i++;
                    char escaped = i < pattern.length() ? pattern.charAt(i) : 'Q';
                    if (!Character.isLetterOrDigit(escaped)) {
                        literal = escaped;
                    } else if (CLASSES.indexOf(escaped) < 0) {
                        return NONE;
                    }
                }
                default -> literal = character;
            }
            i++;
            if (literal >= 0 && literal < 0x80 && depth == 0) {
                run.append(Character.toLowerCase((char) literal));
            } else {
                longest = longer(longest, run);
            }
            if (character == '{') {
                i = Math.max(i, pattern.indexOf('}', i));
            }
        }
        return new RequiredText(longer(longest, run));
    }

    private static String longer(String longest, StringBuilder run) {
        String other = run.toString();
        run.setLength(0);
        return other.length() > longest.length() ? other : longest;
    }

    /**
     * Returns the index of the bracket that ends a character class; negative if the class nests another or does not
     * end.
     */
    private static int endOfClass(String pattern, int start) {
        int i = start + 1;
        if (pattern.startsWith("^", i)) {
            i++;
        }
        int first = i;
        while (i < pattern.length() && (pattern.charAt(i) != ']' || i == first)) {
            if (pattern.charAt(i) == '[') {
                return -1;
            }
            i += pattern.charAt(i) == '\\' ? 2 : 1;
        }
        return i < pattern.length() ? i : -1;
    }

    /**
     * Returns whether the required letters occur in the text at or after an index; also true if no letters are
     * required.
     */
    boolean isIn(CharSequence text, int from) {
        int length = letters.length();
        if (length == 0) {
            return true;
        }
        char first = letters.charAt(0);
        for (int i = from; i <= text.length() - length; i++) {
            if (lower(text.charAt(i)) == first && isAt(text, i)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(CharSequence text, int start) {
        for (int i = 1; i < letters.length(); i++) {
            if (lower(text.charAt(start + i)) != letters.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static char lower(char character) {
        return character >= 'A' && character <= 'Z' ? (char) (character + ('a' - 'A')) : character;
    }
}
