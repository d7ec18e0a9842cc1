package io.policyengine.policies.content.shared.textmatch;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.policies.content.shared.content.LogicalText;
import java.util.Optional;

/**
 * The search for one pattern in one text. Matches begin at the leftmost place and follow each other. Whether one begins at a place depends on
 * the window from there on and the character before, and on nothing else; so it does not matter how much has come.
 *
 * <p>Searches once as many characters as half a window have come, and holds back at most one and a half windows of a text that is under way.
 */
final class PatternScan implements TextScan {
    private final Pattern pattern;
    private final RequiredText required;
    private final int which;
    private final int window;
    private final NormalText normal = new NormalText();
    private final CountedText counted = new CountedText(normal);
    private boolean ended;

    /** The length of a text that came at once and in which no match can be. */
    private int passed;

    /** The first character at which it is open whether a match begins. What is before it is here for what a pattern says of a word's edge. */
    private int open;

    /**
     * Begins at the start of a text.
     *
     * @param which tells the pattern
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
        // Whether one begins behind it is open.
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

    /** Finds what begins before the limit; gives the place from which it is open. */
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

    /** The end of the match that begins here and is shorter than the window; the beginning if there is none. */
    private int endWithin(int start) {
        Matcher within = pattern.matcher(counted.until(start + window));
        return within.find(start) && within.start() == start && within.end() < start + window ? within.end() : start;
    }

    @Override
    public long undecidedFrom() {
        return passed > 0 ? passed : normal.place(open);
    }
}
