package io.policyengine.policies.content.shared.textmatch;

import com.google.re2j.Pattern;
import java.util.List;

/**
 * Patterns to find in the normal form of texts ({@link NormalText}). A match must be shorter than the window, which
 * bounds how much of an incomplete text is held.
 */
public final class PatternList {
    private final List<Pattern> patterns;
    private final List<RequiredText> required;
    private final int window;

    private PatternList(List<Pattern> patterns, int window) {
        this.patterns = List.copyOf(patterns);
        this.required = patterns.stream()
                .map(pattern -> RequiredText.of(pattern.pattern()))
                .toList();
        this.window = window;
    }

    /**
     * Creates a list.
     *
     * @param window exclusive upper bound of a match's length in characters
     */
    public static PatternList of(List<Pattern> patterns, int window) {
        return new PatternList(patterns, window);
    }

    /**
     * Starts a search in one text.
     *
     * @param first the index to report for the first pattern; the others follow
     */
    public TextScan scan(int first) {
        TextScan scan = scanOf(0, first);
        for (int i = 1; i < patterns.size(); i++) {
            scan = new BothScans(scan, scanOf(i, first));
        }
        return scan;
    }

    private TextScan scanOf(int index, int first) {
        return new PatternScan(patterns.get(index), required.get(index), first + index, window);
    }
}
