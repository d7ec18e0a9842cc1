package io.policyengine.policies.content.shared.promptinjection;

import io.policyengine.policies.content.shared.promptinjection.Assessment.Range;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The signs of prompt injection found so far in one text, with the last position of each concept and at most
 * {@link #MAX_RANGES} ranges.
 */
final class Signs {
    /** Maximum number of ranges that are kept for the signs of one text. */
    private static final int MAX_RANGES = 1_000;

    /**
     * Maximum number of quoted signs, and of {@linkplain Concept#MENTION mentions}, that are compared with each other
     * at the end of the text. Further quoted signs keep their full weight.
     */
    private static final int MAX_QUOTED = 50;

    /** Maximum characters between a negation and the verb that it negates. */
    private static final int NEGATED = 6;

    /** Maximum characters between a sign and a {@linkplain Concept#MENTION mention} that reduces the sign's weight. */
    private static final int TALKED_ABOUT = 80;

    private static final double QUOTED = 0.5;
    private static final double MENTIONED = 0.75;
    private static final double OF_A_TOPIC = 0.6;
    private static final String QUOTES = "\"'“”„«»‘’「『`";

    private static final Map<Concept, List<InjectionRule>> RULES = new EnumMap<>(Concept.class);

    static {
        for (Concept concept : Concept.values()) {
            RULES.put(
                    concept,
                    InjectionRule.ALL_RULES.stream()
                            .filter(rule -> rule.concepts().contains(concept))
                            .toList());
        }
    }

    private final Map<Concept, Hit> last = new EnumMap<>(Concept.class);
    private final Map<Signal, Double> weights = new EnumMap<>(Signal.class);
    private final List<Range> ranges = new ArrayList<>();
    private final List<Sign> quoted = new ArrayList<>();
    private final List<Hit> mentions = new ArrayList<>();
    private final String original;
    private final @Nullable FoldedText text;
    private double asked;

    /**
     * Creates an empty set.
     *
     * @param text the folded text; null if no expressions are added
     */
    Signs(String original, @Nullable FoldedText text) {
        this.original = original;
        this.text = text;
    }

    /**
     * An occurrence of an expression in the text.
     *
     * @param begin position of its beginning, as {@link FoldedText#place} counts
     * @param finish position of its end, as {@link FoldedText#place} counts
     */
    private record Hit(int start, int end, int begin, int finish, boolean verbMayComeLast) {}

    /**
     * A quoted sign of prompt injection. It has its full weight unless a {@linkplain Concept#MENTION mention} is near.
     */
    private record Sign(Signal signal, double weight, int begin, int finish) {}

    /** Adds an occurrence of an expression. Occurrences must be added in the order of their ends. */
    void add(Lexicon.Expression expression, int end) {
        FoldedText folded = text;
        if (folded == null) {
            return;
        }
        int start = end - expression.length();
        Hit hit = new Hit(start, end, folded.place(start), folded.place(end - 1) + 1, expression.verbMayComeLast());
        Concept concept = expression.concept();
        if (isMeantOtherwise(concept, hit)) {
            return;
        }
        last.put(concept, hit);
        for (InjectionRule rule : RULES.getOrDefault(concept, List.of())) {
            judge(rule, hit, folded);
        }
        if (concept == Concept.MENTION && mentions.size() < MAX_QUOTED) {
            mentions.add(hit);
        }
        if (concept == Concept.TOPIC) {
            askedOfATopic(hit);
        }
    }

    private @Nullable Hit last(Concept concept) {
        return last.get(concept);
    }

    private boolean isMeantOtherwise(Concept concept, Hit hit) {
        if (concept == Concept.DISREGARD) {
            return follows(last(Concept.NEGATION), hit, NEGATED);
        }
        return (concept == Concept.HIDDEN || concept == Concept.OWN_PROMPT)
                && follows(last(Concept.INDEFINITE), hit, 1);
    }

    private static boolean follows(@Nullable Hit before, Hit hit, int gap) {
        return before != null && before.end <= hit.start && hit.begin - before.finish <= gap;
    }

    private void judge(InjectionRule rule, Hit newest, FoldedText folded) {
        int from = newest.start;
        int firstEnd = newest.finish;
        boolean inOrder = true;
        boolean mayBeOtherwise = !rule.ordered();
        for (int i = 0; i < rule.concepts().size(); i++) {
            Hit hit = last(rule.concepts().get(i));
            if (hit == null) {
                return;
            }
            mayBeOtherwise |= hit.verbMayComeLast;
            inOrder &= i == rule.concepts().size() - 1 ? hit.equals(newest) : hit.start <= newest.start;
            from = Math.min(from, hit.start);
            firstEnd = Math.min(firstEnd, hit.finish);
        }
        if (newest.begin - firstEnd <= rule.span() && (inOrder || mayBeOtherwise)) {
            boolean isQuestion =
                    rule.concepts().contains(Concept.ASK) && rule.concepts().contains(Concept.OWN_INSTRUCTIONS);
            asked = isQuestion ? Math.max(asked, rule.weight()) : asked;
            found(rule, from, newest, folded);
        }
    }

    /**
     * Adds a sign of prompt injection; reduces the sign's weight if it is quoted, or if a
     * {@linkplain Concept#MENTION mention} precedes it.
     */
    private void found(InjectionRule rule, int from, Hit newest, FoldedText folded) {
        Range range = new Range(folded.source(from, original.length()), folded.source(newest.end, original.length()));
        Hit mention = last(Concept.MENTION);
        boolean isMentioned = mention != null && newest.begin - mention.finish <= TALKED_ABOUT;
        if (isQuoted(range.from()) && quoted.size() < MAX_QUOTED) {
            quoted.add(new Sign(rule.signal(), rule.weight(), folded.place(from), newest.finish));
            found(rule.signal(), QUOTED * rule.weight(), range);
        } else {
            found(rule.signal(), isMentioned ? MENTIONED * rule.weight() : rule.weight(), range);
        }
    }

    private boolean isQuoted(int source) {
        return source > 0 && QUOTES.indexOf(original.charAt(source - 1)) >= 0;
    }

    /**
     * Reduces the weight of a question about instructions for something else, as in "What are your instructions for the
     * shelf?".
     */
    private void askedOfATopic(Hit topic) {
        if (asked > 0 && follows(last(Concept.OWN_INSTRUCTIONS), topic, 1)) {
            double asOfATopic = asked * OF_A_TOPIC;
            weights.computeIfPresent(Signal.EXTRACTION, (_, weight) -> weight > asked ? weight : asOfATopic);
            asked = 0;
        }
    }

    void found(Signal signal, double weight, Range range) {
        weights.merge(signal, weight, Math::max);
        if (ranges.size() < MAX_RANGES) {
            ranges.add(range);
        }
    }

    boolean has(Concept concept) {
        return last(concept) != null;
    }

    private static boolean isNear(Hit mention, Sign sign) {
        return mention.finish >= sign.begin - TALKED_ABOUT && mention.begin <= sign.finish + TALKED_ABOUT;
    }

    Assessment assessment() {
        quoted.stream()
                .filter(sign -> mentions.stream().noneMatch(mention -> isNear(mention, sign)))
                .forEach(sign -> weights.merge(sign.signal(), sign.weight(), Math::max));
        double left = 1;
        for (double weight : weights.values()) {
            left *= 1 - weight;
        }
        return new Assessment(1 - left, weights.keySet(), ranges);
    }
}
