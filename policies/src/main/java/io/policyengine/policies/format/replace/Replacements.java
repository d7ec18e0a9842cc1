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
 * Applies search-and-replace rules in order. Each rule processes the result of the previous one.
 *
 * <p>Each {@code fill} function returns the octets of a template for one exchange, escaped so that they cannot
 * change the structure of the body.
 */
public record Replacements(List<ReplacementRule> rules) {
    /** Maximum bytes of a body or chunk that is processed on the event loop. */
    public static final int LARGE = 64 * 1024;

    /**
     * Number of forms in which a body is held at once: the input, its characters, the characters of the result, and the
     * result's bytes.
     */
    private static final int COPIES = 4;

    public Replacements {
        rules = List.copyOf(rules);
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /**
     * Returns whether a body may be processed in chunks. A rule with a pattern prevents this, since matches of a
     * pattern may have any length.
     */
    public boolean canStream() {
        return rules.stream().allMatch(TextRule.class::isInstance);
    }

    /** Returns the work of applying the rules to a body or chunk of the given length in bytes, including its growth. */
    public static Work workOn(long length) {
        return Work.onBody(length, COPIES * (length + Growth.BYTES));
    }

    /** Applies all rules, without a stop signal; see {@link #apply(byte[], Function, StopSignal)}. */
    public byte[] apply(byte[] body, Function<Template, String> fill) {
        return apply(body, fill, () -> false);
    }

    /**
     * Applies all rules; returns the same array if none matches. Takes time linear in the body.
     *
     * @param stop checked between two rules
     * @throws PolicyException if the result is too long, or a pattern needs too many reads
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

    /** Returns a filter for chunks; requires {@link #canStream}. Bytes that cannot be part of a match pass at once. */
    public ChunkFilter<ChunkOutcome> filter(Function<Template, String> fill, PolicyEnvironment env, Call call) {
        List<TextReplacer> replacers = rules.stream()
                .map(TextRule.class::cast)
                .map(rule -> rule.replacer(fill))
                .toList();
        return new ReplacingFilter(replacers, env, call);
    }
}
