package io.policyengine.policies.content.shared.entities;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search for entities in one text, which may come piece by piece. Of two that overlap, the one that begins first counts.
 *
 * <p>A position is decided once nothing that may come later changes what was found at it. What is not decided is to be shown again, together
 * with what has come since, and with {@link EntityFinder#CONTEXT} characters before it.
 */
public final class EntityScan {
    private final EntityFinder finder;
    private final int[] end = new int[1];

    /** The kind that was cut where the decided text ends, so that it may go on there. */
    private @Nullable Detector cut;

    /** The kind that cannot be decided yet, for want of text. */
    private @Nullable Detector waiting;

    /** Characters that have come for it. */
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

    /** True if nothing begins with this character of ASCII that comes next, once all before it is decided. */
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

    /** The position to look at next. */
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
