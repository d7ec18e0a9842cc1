package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;

/**
 * The part of a normalized text that a pattern may read, with a limited number of reads. A single search is linear, but
 * each match starts another search. A text that exceeds the limit is denied regardless of {@code on_failure}, since its
 * author controls the number of matches.
 */
final class BoundedNormalText implements CharSequence {
    /** Maximum reads of a text per character. */
    private static final long READS_PER_CHARACTER = 200;

    /** Maximum reads of a text in addition to {@link #READS_PER_CHARACTER} for each character. */
    private static final long READS_OF_A_SHORT_TEXT = 1_000_000;

    private final NormalText text;
    private int end;
    private long left = READS_OF_A_SHORT_TEXT;

    BoundedNormalText(NormalText text) {
        this.text = text;
    }

    /** Makes the text end before the character at an index. */
    BoundedNormalText until(int newEnd) {
        end = newEnd;
        return this;
    }

    /** Permits more reads once the given number of characters have been decided. */
    void decided(int characters) {
        left = Math.min(READS_OF_A_SHORT_TEXT, left + READS_PER_CHARACTER * characters);
    }

    @Override
    public char charAt(int index) {
        if (--left < 0) {
            throw new PolicyException(
                    ErrorCode.POLICY_ERROR,
                    "a pattern reads the body too often: it finds many beginnings of matches, and looks far beyond each");
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return end;
    }

    @Override
    public CharSequence subSequence(int from, int to) {
        return toString().substring(from, to);
    }

    @Override
    public String toString() {
        return text.toString().substring(0, end);
    }
}
