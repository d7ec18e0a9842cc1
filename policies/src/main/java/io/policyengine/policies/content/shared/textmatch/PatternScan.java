package io.policyengine.policies.content.shared.textmatch;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.policies.content.shared.texts.LogicalText;
import java.util.Optional;

/**
 * Searches one text for one pattern. Matches are found from left to right without overlap. Whether a match begins at a
 * position depends only on the preceding character and the window from that position, not on how the text arrives.
 *
 * <p>Searches whenever another half of a window has arrived. Holds back at most one and a half windows of an incomplete
 * text.
 */
final class PatternScan implements TextScan {
    private final Pattern pattern;
    private final RequiredText required;
    private final int which;
    private final int window;
    private final NormalText normal = new NormalText();
    private final BoundedNormalText counted = new BoundedNormalText(normal);
    private boolean ended;

    /** The length of a text that arrived in one piece and cannot contain a match. */
    private int passed;

    /**
     * The index of the first undecided character. The character before it is kept for patterns with word boundaries.
     */
    private int open;

    /**
     * Creates a scan at the beginning of a text.
     *
     * @param which the index to report for the pattern
     */
    PatternScan(Pattern pattern, RequiredText required, int which, int window) {
        this.pattern = pattern;
        this.required = required;
        this.which = which;
        this.window = window;
    }

    @Override
    public void read(LogicalText text, Findings findings) {
        Optional<String> whole = text.whole();
        if (whole.isPresent() && !required.isIn(whole.get(), 0)) {
            passed = text.length();
            return;
        }
        normal.read(text);
        ended = text.isEnded();
        int length = normal.length();
        if (!ended && length - open < window + window / 2) {
            return;
        }
        // Matches that begin behind the limit are undecided.
        int limit = ended ? length : length - window;
        int next = required.isIn(normal, open) ? search(limit, findings) : limit;
        counted.decided(next - open);
        open = next;
        int spare = Math.max(0, Math.min(open, length) - 1);
        if (spare > 0) {
            normal.drop(spare);
            open -= spare;
        }
    }

    /** Reports the matches that begin before the limit; returns the index of the first undecided character. */
    private int search(int limit, Findings findings) {
        int length = normal.length();
        int at = open;
        Matcher matcher = pattern.matcher(counted.until(length));
        while (at < limit && matcher.find(at) && matcher.start() < limit) {
            int start = matcher.start();
            int end = matcher.end();
            if (start + window < length && end >= start + window) {
                end = endWithin(start);
                matcher.reset(counted.until(length));
            }
            if (end > start) {
                findings.found(normal.from(start), normal.to(end - 1), which);
            }
            at = Math.max(end, start + 1);
        }
        return Math.max(at, limit);
    }

    /**
     * Returns the end of the match that begins at {@code start} and is shorter than the window, or {@code start} if
     * there is no such match.
     */
    private int endWithin(int start) {
        Matcher within = pattern.matcher(counted.until(start + window));
        return within.find(start) && within.start() == start && within.end() < start + window ? within.end() : start;
    }

    @Override
    public long undecidedFrom() {
        return passed > 0 ? passed : normal.place(open);
    }
}
