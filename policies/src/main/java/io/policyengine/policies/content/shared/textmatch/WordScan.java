package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.policies.content.shared.texts.LogicalText;
import io.policyengine.policies.format.search.WordAutomaton;
import java.util.Optional;

/** Searches one text for the words of one automaton. Holds a position for each character of the longest word. */
final class WordScan implements TextScan {
    private final WordList.Words words;
    private final WordAutomaton automaton;
    private final Folding folding;
    private final boolean wholeWords;
    private final boolean marksCount;

    /**
     * The positions of the most recent characters, in a ring that is indexed by the character's number modulo the
     * ring's size.
     */
    private long[] places = {};

    private boolean[] afterWord = {};
    private final int mask;
    private long seen;
    private long taken;
    private int row;
    private boolean afterCharacterOfWord;

    /**
     * The index of a word that has ended but is found only if the next character permits it; negative if there is none.
     */
    private int which = -1;

    private long from;
    private long to;

    /**
     * Creates a scan at the beginning of a text.
     *
     * @param marksCount true if a combining mark after a word, such as an accent, makes it a different word
     */
    WordScan(WordList.Words words, Folding folding, boolean wholeWords, boolean marksCount) {
        this.words = words;
        this.automaton = words.automaton();
        this.folding = folding;
        this.wholeWords = wholeWords;
        this.marksCount = marksCount;
        int room = Math.max(2, Integer.highestOneBit(Math.max(1, automaton.longest())) * 2);
        this.mask = room - 1;
    }

    @Override
    public void read(LogicalText text, Findings findings) {
        Optional<String> whole = text.whole();
        if (whole.isPresent() && !holdsAny(whole.get())) {
            taken = text.length();
            return;
        }
        if (places.length == 0) {
            places = new long[mask + 1];
            afterWord = new boolean[mask + 1];
        }
        long first = text.position();
        for (int i = (int) (taken - first); i < text.length(); i++) {
            take(text.codePointAt(i), first + i, findings);
        }
        taken = first + text.length();
        if (text.isEnded()) {
            row = 0;
            confirm(findings);
        }
    }

    /** Returns whether a complete text contains a word, even as part of a longer word. */
    private boolean holdsAny(String text) {
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            for (int character : folding.next(text.charAt(i))) {
                at = automaton.step(at, character);
                if (automaton.ending(at) >= 0) {
                    folding.restart();
                    return true;
                }
            }
        }
        return false;
    }

    private void take(int codePoint, long place, Findings findings) {
        for (int character : folding.next(codePoint)) {
            if (which >= 0) {
                next(character, findings);
            }
            int at = (int) seen & mask;
            places[at] = place;
            afterWord[at] = afterCharacterOfWord;
            seen++;
            row = automaton.step(row, character);
            if (automaton.ending(row) >= 0) {
                ends(place + 1, findings);
            }
            afterCharacterOfWord = CharacterKinds.isOfWord(character);
        }
    }

    /** Decides by the next character whether the word that has just ended is found. */
    private void next(int character, Findings findings) {
        boolean another = marksCount && CharacterKinds.isMark(character);
        if (another || (wholeWords && CharacterKinds.isOfWord(character))) {
            which = -1;
        } else {
            confirm(findings);
        }
    }

    private void ends(long end, Findings findings) {
        int word = automaton.ending(row);
        while (wholeWords && word >= 0 && afterWord[begin(word)]) {
            word = automaton.shorter(word);
        }
        if (word < 0) {
            return;
        }
        which = words.endingIn(word);
        from = places[begin(word)];
        to = end;
        if (!wholeWords && !marksCount) {
            confirm(findings);
        }
    }

    private int begin(int word) {
        return (int) (seen - automaton.depth(word)) & mask;
    }

    private void confirm(Findings findings) {
        if (which >= 0) {
            findings.found(from, to, which);
            which = -1;
        }
    }

    @Override
    public long undecidedFrom() {
        int depth = automaton.depth(row);
        long first = depth == 0 ? taken : places[(int) (seen - depth) & mask];
        return which >= 0 ? Math.min(first, from) : first;
    }
}
