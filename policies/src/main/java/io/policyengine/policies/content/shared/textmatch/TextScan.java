package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.policies.content.shared.texts.LogicalText;

/** A search in one text as it arrives. */
public interface TextScan {
    /** Reads the text that has arrived since the last call, and reports the findings that have become certain. */
    void read(LogicalText text, Findings findings);

    /** Returns the position before which no more findings are possible. */
    long undecidedFrom();

    /** Receives the findings of a search. */
    @FunctionalInterface
    interface Findings {
        /**
         * Reports a finding.
         *
         * @param from position of its first code point, from the beginning of the text
         * @param to position after its last code point
         * @param which the index of the word or pattern
         */
        void found(long from, long to, int which);
    }
}
