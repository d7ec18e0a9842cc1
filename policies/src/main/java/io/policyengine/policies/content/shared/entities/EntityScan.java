package io.policyengine.policies.content.shared.entities;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Searches one text, which may arrive in pieces, for entities. Of two that overlap, the one that begins first counts.
 *
 * <p>A position is decided once later text cannot change its result. Undecided text must be shown again, together with
 * the new text and with {@link EntityFinder#CONTEXT} characters before it.
 */
public final class EntityScan {
    private final EntityFinder finder;
    private final int[] end = new int[1];

    /** The kind that was cut at the end of the decided text, where it may continue. */
    private @Nullable Detector cut;

    /** The kind that needs more text for a decision. */
    private @Nullable Detector waiting;

    /** Number of characters that it has been shown. */
    private int seen;

    EntityScan(EntityFinder finder) {
        this.finder = finder;
    }

    /**
     * Continues the search.
     *
     * @param text begins with the last decided characters, at least {@link EntityFinder#CONTEXT} of them unless there
     *     were fewer
     * @param from the position up to which the text was decided
     * @param last true at the end of the text: then all of it is decided
     */
    public ScanResult scan(CharSequence text, int from, boolean last) {
        if (!last && stillWaits(text, from)) {
            return new ScanResult(List.of(), from);
        }
        return scan(new Window(text, last), from);
    }

    /** Continues the search, regardless of awaited characters. */
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

    /** Returns whether no entity begins with this ASCII character, once everything before it is decided. */
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
