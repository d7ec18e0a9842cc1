package io.policyengine.policies.format.replace;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;

/**
 * A text with a limited number of character reads by a pattern. One search takes linear time, but each match begins
 * another search, and a pattern such as {@code a(.*b)?} reads to the end every time. A message that exceeds the limit
 * is denied regardless of {@code on_failure}, since its author controls the number of searches.
 */
final class CountedText implements CharSequence {
    /** Maximum reads of a text per character. A search with its groups reads each character a few times. */
    private static final long READS_PER_CHARACTER = 100;

    /** Maximum reads of a text in addition to {@link #READS_PER_CHARACTER} for each character. */
    private static final long READS_OF_A_SHORT_TEXT = 100_000;

    private final String text;
    private long left;

    CountedText(String text) {
        this.text = text;
        this.left = READS_OF_A_SHORT_TEXT + READS_PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
        if (--left < 0) {
            throw new PolicyException(
                    ErrorCode.POLICY_ERROR,
                    "a pattern reads the body too often: it finds many matches, and looks far beyond each");
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
