package io.policyengine.policies.content.shared.entities;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Searches one text, which may arrive in pieces, for entities. If two entities overlap, only the one that begins first
 * is found.
 *
 * <p>A position is decided once later text cannot change the result. Undecided text must be passed again together with
 * the new text, preceded by {@link EntityFinder#CONTEXT} decided characters.
 */
public final class EntityScan {
    private final EntityFinder finder;
    private final int[] end = new int[1];

    /**
     * The detector whose match was cut at the end of the decided text and may continue there; null if no match was cut.
     */
    private @Nullable Detector cut;

    /** The detector that needs more text for a decision; null if none does. */
    private @Nullable Detector waiting;

    /** Number of undecided characters that the waiting detector has already examined. */
    private int seen;

    EntityScan(EntityFinder finder) {
        this.finder = finder;
    }

    /**
     * Continues the search.
     *
     * @param text all undecided text, preceded by at least {@link EntityFinder#CONTEXT} decided characters, or by all
     *     if there are fewer
     * @param from position of the first undecided character in {@code text}
     * @param last true at the end of the text, so that everything is decided
     */
    public ScanResult scan(CharSequence text, int from, boolean last) {
        if (!last && stillWaits(text, from)) {
            return new ScanResult(List.of(), from);
        }
        return scan(new Window(text, last), from);
    }

    /**
     * Continues the search. Tries the waiting detector again, even if the characters for which it waits have not
     * arrived.
     */
    ScanResult scan(Window window, int from) {
        List<EntityMatch> found = new ArrayList<>(0);
        int at = from;
        while (at < window.length()) {
            int next = next(window, at, found);
            if (window.isStarved()) {
                seen = window.length() - at;
                return new ScanResult(found, at);
            }
            at = next;
        }
        return new ScanResult(found, at);
    }

    /** Returns whether no entity begins with the given ASCII character. All text before it must have been decided. */
    boolean passes(char next, int before) {
        return cut == null && !finder.mayBeginWith(next, before);
    }

    private boolean stillWaits(CharSequence text, int from) {
        if (waiting == null || text.length() - from >= waiting.longest()) {
            return false;
        }
        for (int i = from + seen; i < text.length(); i++) {
            if (!waiting.starvesOn(text.charAt(i))) {
                return false;
            }
        }
        seen = text.length() - from;
        return true;
    }

    private int next(Window text, int at, List<EntityMatch> found) {
        waiting = null;
        if (cut != null) {
            return goOn(text, at, cut, found);
        }
        int candidates = finder.candidates(text, at);
        if (candidates == 0) {
            return at + 1;
        }
        Detector detector = finder.decide(text, at, candidates, end);
        if (text.isStarved()) {
            waiting = detector;
            return at;
        }
        if (detector == null) {
            return at + 1;
        }
        found.add(new EntityMatch(detector.entity(), at, end[0], false));
        cut = detector.isCut(end[0] - at) ? detector : null;
        return end[0];
    }

    private int goOn(Window text, int at, Detector detector, List<EntityMatch> found) {
        int next = detector.goOn(text, at);
        if (text.isStarved()) {
            waiting = detector;
            return at;
        }
        if (next > at) {
            found.add(new EntityMatch(detector.entity(), at, next, true));
        }
        cut = detector.isCut(next - at) ? detector : null;
        return next;
    }
}
