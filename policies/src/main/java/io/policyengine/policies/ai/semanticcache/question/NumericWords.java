package io.policyengine.policies.ai.semanticcache.question;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Words with digits: amounts, dates, versions, order numbers. Texts that differ only in such words have nearly equal
 * vectors, but different answers.
 */
final class NumericWords {
    /** Characters that are part of a word only if they stand between its letters and digits. */
    private static final String INNER = ".,:-/_%+#'";

    private NumericWords() {}

    /** Returns those words of a text that contain digits, in order and in lower case. */
    static List<String> in(String text) {
        List<String> figures = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = at;
            int last = at;
            boolean isFigure = false;
            while (end < text.length()) {
                int c = text.codePointAt(end);
                boolean isWord = Character.isLetterOrDigit(c) || Character.getType(c) == Character.OTHER_NUMBER;
                if (!isWord && (end == at || INNER.indexOf(c) < 0)) {
                    break;
                }
                end += Character.charCount(c);
                if (isWord) {
                    last = end;
                    isFigure |= !Character.isLetter(c);
                }
            }
            if (isFigure) {
                figures.add(text.substring(at, last).toLowerCase(Locale.ROOT));
            }
            at = end == at ? at + Character.charCount(text.codePointAt(at)) : end;
        }
        return figures;
    }
}
