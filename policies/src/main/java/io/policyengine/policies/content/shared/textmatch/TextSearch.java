package io.policyengine.policies.content.shared.textmatch;

import java.util.Optional;

/** Words and patterns that are looked for together. Patterns are counted after the words. */
public record TextSearch(Optional<WordList> words, Optional<PatternList> patterns) {
    /** A search for them in one text. */
    public TextScan scan() {
        if (patterns.isEmpty()) {
            return words.orElseThrow().scan();
        }
        TextScan scan = patterns.get().scan(firstPattern());
        return words.isEmpty() ? scan : new BothScans(words.get().scan(), scan);
    }

    /** The name of what is found, as people count: {@code word 1}, {@code pattern 1}. */
    public String nameOf(int which) {
        int first = firstPattern();
        return which < first ? "word " + (which + 1) : "pattern " + (which - first + 1);
    }

    private int firstPattern() {
        return words.map(WordList::size).orElse(0);
    }
}
