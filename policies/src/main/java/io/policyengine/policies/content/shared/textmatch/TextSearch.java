package io.policyengine.policies.content.shared.textmatch;

import java.util.Optional;

/** Words and patterns that are searched for together. The indices of patterns follow those of words. */
public record TextSearch(Optional<WordList> words, Optional<PatternList> patterns) {
    /** Starts a search in one text. */
    public TextScan scan() {
        if (patterns.isEmpty()) {
            return words.orElseThrow().scan();
        }
        TextScan scan = patterns.get().scan(firstPattern());
        return words.isEmpty() ? scan : new BothScans(words.get().scan(), scan);
    }

    /**
     * Returns the name of a finding, such as {@code word 1} or {@code pattern 1}. Words and patterns are each numbered
     * from 1.
     */
    public String nameOf(int which) {
        int first = firstPattern();
        return which < first ? "word " + (which + 1) : "pattern " + (which - first + 1);
    }

    private int firstPattern() {
        return words.map(WordList::size).orElse(0);
    }
}
