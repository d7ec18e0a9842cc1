package io.policyengine.policies.format.replace;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.shared.template.Template;
import java.util.List;
import java.util.function.Function;

/**
 * Search and replace by rules, one after the other, each in what the one before left.
 *
 * <p>{@code fill} gives the octets of a template in one exchange, written so that they stay data in the body.
 */
public record Replacements(List<ReplacementRule> rules) {
    /** Bodies and chunks that are longer, in bytes, are worked on beside the event loop. */
    public static final int LARGE = 64 * 1024;

    /** Forms in which a body is held at once: as the rule before left it, its characters, those of the result, and its bytes. */
    private static final int COPIES = 4;

    /** A copy. */
    public Replacements {
        rules = List.copyOf(rules);
    }

    /** True if there is a rule. */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** True if a body may come in chunks: what a pattern matches may have any length. */
    public boolean canStream() {
        return rules.stream().allMatch(TextRule.class::isInstance);
    }

    /** The work that the rules are on a body or chunk of this length in bytes, together with what it may grow by. */
    public static Work workOn(long length) {
        return Work.onBody(length, COPIES * (length + Growth.BYTES));
    }

    /** The body after all rules; see {@link #apply(byte[], Function, Stop)}. */
    public byte[] apply(byte[] body, Function<Template, String> fill) {
        return apply(body, fill, () -> false);
    }

    /**
     * The body after all rules; the same array if none matches. Takes time linear in the body.
     *
     * @param stop asked between two rules
     * @throws PolicyException if it gets too long, or a pattern takes too long
     */
    public byte[] apply(byte[] body, Function<Template, String> fill, StopSignal stop) {
        Growth growth = Growth.of(body.length);
        byte[] bytes = body;
        for (ReplacementRule rule : rules) {
            stop.check();
            bytes = switch (rule) {
                case TextRule text -> text.replacer(fill).replace(bytes, true, growth);
                case PatternRule pattern -> pattern.replace(bytes, fill, growth);
            };
        }
        return bytes;
    }

    /** Does the same to a body in chunks, if {@link #canStream}. What cannot be part of a match goes on at once. */
    public ChunkFilter<ChunkOutcome> filter(Function<Template, String> fill, PolicyEnvironment env, Call call) {
        List<TextReplacer> replacers = rules.stream()
                .map(TextRule.class::cast)
                .map(rule -> rule.replacer(fill))
                .toList();
        return new ReplacingFilter(replacers, env, call);
    }
}
