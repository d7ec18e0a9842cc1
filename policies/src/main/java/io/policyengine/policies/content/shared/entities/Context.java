package io.policyengine.policies.content.shared.entities;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words that identify a number if they precede it closely, without another number in between. */
final class Context {
    /** Maximum characters between the beginning of a context word and the number that it identifies. */
    static final int REACH = 40;

    private record Term(String text, boolean isWhole) {}

    private final Map<Integer, List<Term>> terms = new HashMap<>();

    /**
     * Creates a context.
     *
     * @param words whole words, in lower case
     * @param stems beginnings of words, in lower case; in scripts without spaces they may occur anywhere
     */
    Context(Set<String> words, Set<String> stems) {
        words.forEach(word -> add(new Term(word, true)));
        stems.forEach(stem -> add(new Term(stem, false)));
    }

    private void add(Term term) {
        terms.computeIfAbsent((int) term.text().charAt(0), _ -> new ArrayList<>())
                .add(term);
    }

    /** Returns whether one of the words closely precedes the position. */
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
