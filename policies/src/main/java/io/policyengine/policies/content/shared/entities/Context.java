package io.policyengine.policies.content.shared.entities;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words that identify a number shortly after them. No other number may be in between. */
final class Context {
    /** The maximum number of characters between the beginning of the word and the number. */
    static final int REACH = 40;

    private record Term(String text, boolean isWhole) {}

    private final Map<Integer, List<Term>> terms = new HashMap<>();

    /**
     * Creates a context.
     *
     * @param words in lower case, which must occur as whole words
     * @param stems in lower case, with which words must begin; in scripts without spaces they may occur anywhere
     */
    Context(Set<String> words, Set<String> stems) {
        words.forEach(word -> add(new Term(word, true)));
        stems.forEach(stem -> add(new Term(stem, false)));
    }

    private void add(Term term) {
        terms.computeIfAbsent((int) term.text().charAt(0), _ -> new ArrayList<>())
                .add(term);
    }

    /** Returns whether one of the words occurs shortly before the position. */
    boolean isBefore(Window text, int position) {
        int from = position;
        while (from > 0 && from > position - REACH && !Chars.isDigit(text.at(from - 1))) {
            from--;
        }
        for (int i = from; i < position; i++) {
            if (isWordStart(text, i) && startsTerm(text, i, position)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWordStart(Window text, int position) {
        int c = text.raw(position);
        return Character.isLetter(c) && (Chars.isUnspacedLetter(c) || !isLetter(text.raw(position - 1)));
    }

    private static boolean isLetter(int c) {
        return c != Window.NOTHING && Character.isLetter(c);
    }

    private boolean startsTerm(Window text, int start, int end) {
        List<Term> candidates = terms.get(Character.toLowerCase(text.raw(start)));
        if (candidates == null) {
            return false;
        }
        for (Term term : candidates) {
            int after = start + term.text().length();
            if (after <= end && stands(text, start, term.text()) && !(term.isWhole() && isLetter(text.raw(after)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean stands(Window text, int start, String term) {
        for (int i = 0; i < term.length(); i++) {
            if (Character.toLowerCase(text.raw(start + i)) != term.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
