package io.policyengine.policies.content.shared.textmatch;

import com.google.re2j.Pattern;
import java.util.List;

/**
 * Patterns that are looked for in the normal form of texts ({@link NormalText}). A match that is as long as the window or longer is none, so
 * that a text which is under way need not be held for longer; only the end of the text may stand in for what lies beyond the window.
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
     * A list.
     *
     * @param window characters that a match is shorter than
     */
    public static PatternList of(List<Pattern> patterns, int window) {
        return new PatternList(patterns, window);
    }

    /**
     * A search for them in one text.
     *
     * @param first the number of the first pattern; the others follow
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
