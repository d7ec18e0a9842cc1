package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.policies.content.shared.content.LogicalText;

/** A search in one text, as it comes. */
public interface TextScan {
    /** Reads what has come of the text since the last time, and tells what it finds, from left to right by the end. */
    void read(LogicalText text, Findings findings);

    /** The place before which nothing will be found any more. */
    long undecidedFrom();

    /** Takes what is found. */
    @FunctionalInterface
    interface Findings {
        /**
         * Something has been found.
         *
         * @param from the place of its first code point, counted from the beginning of the text
         * @param to the place after its last
         * @param which the index of the word or pattern
         */
        void found(long from, long to, int which);
    }
}
