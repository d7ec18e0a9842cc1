package io.policyengine.policies.textmatch;

import com.google.re2j.Pattern;
import java.util.ArrayList;
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

    /** A search for them in one text. */
    public TextScan scan() {
        if (patterns.size() == 1) {
            return new PatternScan(patterns.getFirst(), required.getFirst(), 0, window);
        }
        List<TextScan> scans = new ArrayList<>(patterns.size());
        for (int i = 0; i < patterns.size(); i++) {
            scans.add(new PatternScan(patterns.get(i), required.get(i), i, window));
        }
        return scans.stream().reduce(BothScans::new).orElseThrow();
    }
}
