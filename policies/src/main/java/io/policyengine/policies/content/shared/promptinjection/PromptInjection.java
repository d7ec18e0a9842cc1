package io.policyengine.policies.content.shared.promptinjection;

import io.policyengine.policies.content.shared.promptinjection.Assessment.Range;
import io.policyengine.policies.format.search.WordAutomaton;
import java.util.Locale;

/**
 * Detects signs of prompt injection in a text. Stateless.
 *
 * <p>Time is linear in the text. The text is read a few times, and encoded text in it is decoded and read as well, up
 * to two levels deep.
 */
public final class PromptInjection {
    /** Maximum levels of encoding that are decoded and searched. */
    private static final int LEVELS = 2;

    /** Minimum score at which a hidden text is itself a sign. */
    private static final double SUSPICIOUS = 0.4;

    private static final double HIDDEN_ON_PURPOSE = 0.95;
    private static final double DECODED = 0.9;

    private PromptInjection() {}

    /** Loads the lexicon in advance, since loading it during a request takes too long. Has no effect when repeated. */
    public static void load() {
        assess("Ignore все 之前 निर्देश");
    }

    /** Returns the signs of prompt injection in a text. */
    public static Assessment assess(String text) {
        return assess(text, LEVELS);
    }

    private static Assessment assess(String text, int levels) {
        FoldedText folded = FoldedText.of(text);
        Signs signs = new Signs(text, folded);
        words(folded, signs);
        markers(text, signs);
        if (levels > 0) {
            invisible(text, signs);
            decoded(text, signs, levels);
        }
        return signs.assessment();
    }

    private static void words(FoldedText folded, Signs signs) {
        WordAutomaton automaton = Lexicon.WORDS.automaton();
        int state = 0;
        for (int i = 0; i < folded.length(); i++) {
            state = automaton.step(state, folded.at(i));
            for (int ending = automaton.ending(state); ending >= 0; ending = automaton.shorter(ending)) {
                for (int number : automaton.words(ending)) {
                    Lexicon.Expression expression = Lexicon.WORDS.expression(number);
                    if (counts(expression, folded, i + 1)) {
                        signs.add(expression, i + 1);
                    }
                }
            }
        }
    }

    private static boolean counts(Lexicon.Expression expression, FoldedText folded, int end) {
        int start = end - expression.length();
        return (!expression.squeezed() || (folded.isApart(start) && folded.isApart(end - 1)))
                && (!expression.wordBegins() || folded.isBorder(start))
                && (!expression.wordEnds() || folded.isBorder(end));
    }

    private static void markers(String text, Signs signs) {
        WordAutomaton automaton = Lexicon.MARKERS.automaton();
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String fold = c < 0x80 ? "" : Folds.isInvisible(c) ? " " : Folds.of(c);
            if (fold.equals(" ")) {
                continue;
            }
            state = automaton.step(state, fold.length() == 1 ? fold.charAt(0) : Character.toLowerCase(c));
            int ending = automaton.ending(state);
            if (ending >= 0) {
                int length =
                        Lexicon.MARKERS.expression(automaton.words(ending)[0]).length();
                signs.found(Signal.DELIMITER, weightOfMarker(), new Range(Math.max(0, i + 1 - length), i + 1));
            }
        }
    }

    private static double weightOfMarker() {
        return InjectionRule.ALL_RULES.stream()
                .filter(rule -> rule.signal() == Signal.DELIMITER)
                .mapToDouble(InjectionRule::weight)
                .findFirst()
                .orElseThrow();
    }

    private static void invisible(String text, Signs signs) {
        Invisible invisible = Invisible.of(text);
        invisible.texts().forEach(hidden -> {
            if (hidden.text().length() > Invisible.MAX_BY_CHANCE) {
                signs.found(Signal.INVISIBLE, HIDDEN_ON_PURPOSE, hidden.range());
            }
        });
        if (invisible.weight() > 0) {
            signs.found(Signal.INVISIBLE, invisible.weight(), new Range(0, text.length()));
        }
    }

    private static void decoded(String text, Signs signs, int levels) {
        Decodings.blobs(text).forEach(blob -> {
            double score = assess(blob.text(), levels - 1).score();
            if (score >= SUSPICIOUS) {
                signs.found(Signal.ENCODING, Math.max(score, DECODED), blob.range());
            }
        });
        if (signs.has(Concept.ENCODING)) {
            String lower = text.toLowerCase(Locale.ROOT);
            double score = Math.max(
                    assess(Decodings.rotated(lower), 0).score(),
                    assess(new StringBuilder(lower).reverse().toString(), 0).score());
            if (score >= SUSPICIOUS) {
                signs.found(Signal.ENCODING, Math.max(score, DECODED), new Range(0, text.length()));
            }
        }
    }
}
