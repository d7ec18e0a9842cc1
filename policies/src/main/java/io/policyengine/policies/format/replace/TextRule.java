package io.policyengine.policies.format.replace;

import io.policyengine.core.http.Octets;
import io.policyengine.policies.shared.template.Template;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Replaces a text, matched by its bytes in UTF-8. */
public final class TextRule implements ReplacementRule {
    /**
     * Maximum bytes of a text to search for. In a body that arrives in chunks, up to that many bytes minus one are
     * withheld.
     */
    public static final int MAX_BYTES = 4096;

    private final byte[] text;
    private final int[] border;
    private final Template with;

    private TextRule(byte[] text, Template with) {
        this.text = text;
        this.border = borders(text);
        this.with = with;
    }

    /**
     * Creates a rule.
     *
     * @param with replaces each match
     * @throws IllegalArgumentException if the text is empty or too long; the message names the remedy
     */
    public static TextRule of(String text, Template with) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a text of 1 to " + MAX_BYTES + " bytes is expected");
        }
        return new TextRule(bytes, with);
    }

    TextReplacer replacer(Function<Template, String> fill) {
        return new TextReplacer(text, border, Octets.toBytes(fill.apply(with)));
    }

    /** Returns the failure function (Knuth, Morris and Pratt) of a text. */
    private static int[] borders(byte[] text) {
        int[] border = new int[text.length];
        int matched = 0;
        for (int i = 1; i < text.length; i++) {
            while (matched > 0 && text[i] != text[matched]) {
                matched = border[matched - 1];
            }
            if (text[i] == text[matched]) {
                matched++;
            }
            border[i] = matched;
        }
        return border;
    }
}
