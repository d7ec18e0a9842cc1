package io.policyengine.policies.content.shared.promptinjection;

import io.policyengine.policies.content.shared.promptinjection.Assessment.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The invisible content of a text, and the weight of other characters that may hide something.
 *
 * @param texts texts that are written in tag characters or variation selectors. Models read each of these characters as
 *     a visible one
 * @param weight of zero-width characters and of reversed writing direction; 0 if the text has neither too many
 *     zero-width characters nor a reversed direction
 */
record Invisible(List<HiddenText> texts, double weight) {
    /** Maximum number of invisible characters that are never suspicious in a text. */
    static final int MAX_BY_CHANCE = 8;

    private static final double WEIGHT_OF_MANY = 0.35;
    private static final double WEIGHT_OF_REVERSED = 0.3;

    /**
     * Divisor of a text's length. Zero-width characters raise suspicion only if there are more of them than the
     * quotient.
     */
    private static final int SHARE = 10;

    static Invisible of(String text) {
        List<HiddenText> texts = new ArrayList<>();
        StringBuilder hidden = new StringBuilder();
        int start = 0;
        int zeroWidth = 0;
        boolean reversed = false;
        int at = 0;
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            boolean hides = Folds.isTag(codePoint) || (codePoint >= 0xE0100 && codePoint <= 0xE01EF);
            if (hides) {
                start = hidden.isEmpty() ? at : start;
                hidden.append(Folds.isTag(codePoint) ? Folds.ofTag(codePoint) : (char) (codePoint - 0xE0100 + 16));
            } else {
                end(hidden, start, at, texts);
            }
            reversed |= codePoint == 0x202E || codePoint == 0x202D;
            zeroWidth += isZeroWidth(text, at, codePoint) ? 1 : 0;
            at += Character.charCount(codePoint);
        }
        end(hidden, start, at, texts);
        boolean many = zeroWidth > MAX_BY_CHANCE && zeroWidth > text.length() / SHARE;
        return new Invisible(texts, many ? WEIGHT_OF_MANY : reversed ? WEIGHT_OF_REVERSED : 0);
    }

    private static void end(StringBuilder hidden, int start, int end, List<HiddenText> texts) {
        if (hidden.length() > 2) {
            String octets = hidden.toString();
            texts.add(new HiddenText(
                    new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8),
                    new Range(start, end)));
        }
        hidden.setLength(0);
    }

    /**
     * Returns whether the character is suspicious because it has no width. A joiner is suspicious only after an ASCII
     * character, since other scripts need joiners.
     */
    private static boolean isZeroWidth(String text, int at, int codePoint) {
        if (codePoint == 0x200C || codePoint == 0x200D) {
            return at > 0 && text.charAt(at - 1) < 0x80;
        }
        return codePoint == 0x200B || codePoint == 0x2060 || codePoint == 0xFEFF || codePoint == 0xAD;
    }
}
