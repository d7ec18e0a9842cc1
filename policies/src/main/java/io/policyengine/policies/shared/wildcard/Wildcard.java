package io.policyengine.policies.shared.wildcard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A name in which {@code *} matches any number of characters, including zero. All other characters are literal.
 * Immutable. A comparison takes linear time for each {@code *}.
 */
public final class Wildcard {
    private static final char ANY = '*';

    /** The literal texts around the asterisks. There is one more text than asterisks. */
    private final List<String> pieces;

    private final boolean ignoresCase;

    private Wildcard(List<String> pieces, boolean ignoresCase) {
        this.pieces = pieces;
        this.ignoresCase = ignoresCase;
    }

    /** Creates a wildcard that is case-sensitive. */
    public static Wildcard of(String text) {
        return new Wildcard(pieces(text), false);
    }

    /** Creates a wildcard that ignores case. */
    public static Wildcard inAnyCase(String text) {
        return new Wildcard(pieces(folded(text)), true);
    }

    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>(2);
        int from = 0;
        for (int at = text.indexOf(ANY); at >= 0; at = text.indexOf(ANY, from)) {
            pieces.add(text.substring(from, at));
            from = at + 1;
        }
        pieces.add(text.substring(from));
        return List.copyOf(pieces);
    }

    private static String folded(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Returns whether the wildcard has no asterisk. */
    public boolean isExact() {
        return pieces.size() == 1;
    }

    /** Returns whether the wildcard matches all names. */
    public boolean isAny() {
        return !isExact() && length() == 0;
    }

    /** Returns the number of literal characters. A wildcard with more of them is more specific. */
    public int length() {
        return pieces.stream().mapToInt(String::length).sum();
    }

    public boolean matches(String name) {
        String compared = ignoresCase ? folded(name) : name;
        String first = pieces.getFirst();
        if (isExact()) {
            return compared.equals(first);
        }
        String last = pieces.getLast();
        int from = first.length();
        int end = compared.length() - last.length();
        if (from > end || !compared.startsWith(first) || !compared.endsWith(last)) {
            return false;
        }
        // Choosing the first occurrence of each piece leaves the longest rest for the other pieces.
        for (int i = 1; i < pieces.size() - 1; i++) {
            String piece = pieces.get(i);
            int at = compared.indexOf(piece, from);
            if (at < 0 || at + piece.length() > end) {
                return false;
            }
            from = at + piece.length();
        }
        return true;
    }
}
