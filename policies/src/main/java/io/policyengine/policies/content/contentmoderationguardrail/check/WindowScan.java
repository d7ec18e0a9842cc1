package io.policyengine.policies.content.contentmoderationguardrail.check;

import io.policyengine.policies.content.shared.textmatch.TextScan;
import io.policyengine.policies.content.shared.texts.LogicalText;
import java.util.Optional;

/**
 * Divides a text into overlapping windows and submits each to a judge. The positions of the windows depend only on the
 * text. Holds one window. Text is undecided until all windows that contain it are judged.
 */
public final class WindowScan implements TextScan {
    private static final int REPLACEMENT = 0xFFFD;

    private final WindowSize size;
    private final Judge judge;
    private final StringBuilder window = new StringBuilder();
    private int bytes;
    private int fresh;
    private long start;
    private long taken;

    /** Judges a window. */
    @FunctionalInterface
    public interface Judge {
        /** Judges a window, and reports each finding by its position in the whole text. */
        void judge(TextWindow window, Findings findings);
    }

    /** Creates a scan at the beginning of a text. */
    public WindowScan(WindowSize size, Judge judge) {
        this.size = size;
        this.judge = judge;
    }

    @Override
    public void read(LogicalText text, Findings findings) {
        Optional<String> whole = text.whole();
        if (whole.isPresent() && whole.get().length() < size.bytes()) {
            taken = text.length();
            start = taken;
            if (taken > 0) {
                judge.judge(new TextWindow(whole.get(), 0, whole.get().length()), findings);
            }
            return;
        }
        long first = text.position();
        for (int i = (int) (taken - first); i < text.length(); i++) {
            take(text.codePointAt(i), findings);
        }
        if (text.isEnded()) {
            if (fresh > 0) {
                judge.judge(new TextWindow(window.toString(), start, window.length()), findings);
            }
            start = taken;
            window.setLength(0);
            fresh = 0;
        }
    }

    private void take(int codePoint, Findings findings) {
        window.appendCodePoint(codePoint < 0 ? REPLACEMENT : codePoint);
        bytes += bytes(codePoint);
        fresh++;
        taken++;
        if (bytes >= size.bytes()) {
            int overlap = startOfOverlap();
            judge.judge(new TextWindow(window.toString(), start, overlap), findings);
            start += window.codePointCount(0, overlap);
            window.delete(0, overlap);
            fresh = 0;
        }
    }

    /**
     * Returns the code unit at which the next window begins, and sets {@code bytes} to the size of the overlap with
     * that window.
     */
    private int startOfOverlap() {
        int at = window.length();
        int overlapping = 0;
        while (at > 0) {
            int codePoint = window.codePointBefore(at);
            if (overlapping + bytes(codePoint) > size.overlap()) {
                break;
            }
            overlapping += bytes(codePoint);
            at -= Character.charCount(codePoint);
        }
        bytes = overlapping;
        return at;
    }

    private static int bytes(int codePoint) {
        if (codePoint >= 0 && codePoint < 0x80) {
            return 1;
        }
        return codePoint >= 0 && codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    @Override
    public long undecidedFrom() {
        return start;
    }
}
