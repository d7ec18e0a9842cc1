package io.policyengine.policies.content.shared.promptinjection;

import io.policyengine.policies.format.search.WordAutomaton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The expressions of concepts, from the resource {@code lexicon.txt}. Immutable; loaded with the class. */
final class Lexicon {
    /** Languages in which a verb may follow its object. */
    private static final Set<String> VERB_MAY_COME_LAST = Set.of("de", "hi", "bn", "ur", "zh", "ja");

    private static final String WORD_GOES_ON = "*";

    /** Length in characters; longer expressions are also recognized without their blanks. */
    private static final int SQUEEZED = 6;

    /** Expressions that consist of words, which are searched for in folded texts. */
    static final Lexicon WORDS = read(false);

    /** Delimiters of chat templates, which are searched for in unfolded texts, since punctuation is part of them. */
    static final Lexicon MARKERS = read(true);

    private final WordAutomaton automaton;
    private final List<Expression> expressions;

    /**
     * An expression of a concept.
     *
     * @param wordBegins true if no letter may precede it
     * @param wordEnds true if no letter may follow it
     * @param verbMayComeLast true if a verb may follow its object in the expression's language
     * @param squeezed true if the expression has no blanks and matches only words that are spelled in single letters
     */
    record Expression(
            Concept concept,
            int length,
            boolean wordBegins,
            boolean wordEnds,
            boolean verbMayComeLast,
            boolean squeezed) {}

    private Lexicon(WordAutomaton automaton, List<Expression> expressions) {
        this.automaton = automaton;
        this.expressions = expressions;
    }

    WordAutomaton automaton() {
        return automaton;
    }

    Expression expression(int number) {
        return expressions.get(number);
    }

    private static Lexicon read(boolean markers) {
        List<int[]> words = new ArrayList<>();
        List<Expression> expressions = new ArrayList<>();
        Concept concept = null;
        for (String line : lines()) {
            if (line.startsWith("[")) {
                concept = Concept.named(line.substring(1, line.length() - 1));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                Concept of = Objects.requireNonNull(concept, "an expression without a heading");
                if (markers == (of == Concept.MARKER)) {
                    add(of, line, words, expressions);
                }
            }
        }
        return new Lexicon(WordAutomaton.hashed(words), List.copyOf(expressions));
    }

    private static List<String> lines() {
        try (InputStream in = Objects.requireNonNull(Lexicon.class.getResourceAsStream("lexicon.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(Concept concept, String line, List<int[]> words, List<Expression> expressions) {
        int colon = line.indexOf(": ");
        boolean verbMayComeLast = VERB_MAY_COME_LAST.contains(line.substring(0, colon));
        int from = colon + 2;
        while (from <= line.length()) {
            int bar = line.indexOf(" | ", from);
            int to = bar < 0 ? line.length() : bar;
            String text = line.substring(from, to);
            from = to + 3;
            boolean begins = !text.startsWith(WORD_GOES_ON);
            boolean ends = !text.endsWith(WORD_GOES_ON);
            String bare = text.substring(begins ? 0 : 1, text.length() - (ends ? 0 : 1));
            String folded = concept == Concept.MARKER ? bare : folded(bare);
            boolean wordBegins = begins && Folds.isOfSpacedScript(folded.charAt(0));
            boolean wordEnds = ends && Folds.isOfSpacedScript(folded.charAt(folded.length() - 1));
            words.add(folded.chars().toArray());
            expressions.add(new Expression(concept, folded.length(), wordBegins, wordEnds, verbMayComeLast, false));
            if (folded.length() > SQUEEZED && folded.indexOf(' ') >= 0 && concept != Concept.MARKER) {
                String squeezed = folded.replace(" ", "");
                words.add(squeezed.chars().toArray());
                expressions.add(
                        new Expression(concept, squeezed.length(), wordBegins, wordEnds, verbMayComeLast, true));
            }
        }
    }

    private static String folded(@Nullable String text) {
        return FoldedText.of(Objects.requireNonNull(text)).toString();
    }
}
