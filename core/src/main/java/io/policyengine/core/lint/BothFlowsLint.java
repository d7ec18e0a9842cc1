package io.policyengine.core.lint;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries in both flows whose condition reads what a later entry of the request flow changes. In the response
 * flow, the condition sees the request as it went upstream, so the condition may have another value.
 */
final class BothFlowsLint {
    private static final Map<String, String> PSEUDO_HEADERS = Map.of(
            "request.path",
            HeaderUse.PATH,
            "request.raw_path",
            HeaderUse.PATH,
            "request.method",
            HeaderUse.METHOD,
            "request.authority",
            HeaderUse.AUTHORITY);
    private static final List<String> OF_HEADERS = List.of("request.headers.", "request.header_values.");

    private BothFlowsLint() {}

    /** Checks a request flow. */
    static void check(List<LintEntry> flow, FlowLint.Findings findings) {
        List<LintEntry> chain = flow.stream().filter(LintEntry::isEnforced).toList();
        for (int i = 0; i < chain.size(); i++) {
            LintEntry entry = chain.get(i);
            String condition = entry.config().when();
            if (entry.config().inBothPhases() && condition != null) {
                check(
                        entry,
                        new TreeSet<>(
                                Expression.structure(condition, Phase.REQUEST).reads()),
                        chain.subList(i + 1, chain.size()),
                        findings);
            }
        }
    }

    private static void check(LintEntry entry, Set<String> values, List<LintEntry> later, FlowLint.Findings findings) {
        for (LintEntry other : later) {
            String changed = values.stream()
                    .filter(value -> changes(other, value))
                    .findFirst()
                    .orElse(null);
            if (changed != null) {
                String name = "'" + entry.config().name() + "'";
                String changing = "'" + other.config().name() + "'";
                findings.add(
                        entry,
                        LintCode.RUNS_IN_ONE_FLOW,
                        entry.config().source().value("when"),
                        "the condition of " + name + " reads '" + changed + "', which the later entry " + changing
                                + " changes. So " + name + " may run on a request but not on its response, or the"
                                + " reverse: move it behind " + changing + ", or write an entry for each flow, with"
                                + " 'original_request' in the response_flow");
                return;
            }
        }
    }

    private static boolean changes(LintEntry entry, String value) {
        String header = header(value);
        return header != null
                && entry.facts() != null
                && Stream.of(HeaderUse.Action.SETS, HeaderUse.Action.REMOVES)
                        .anyMatch(action -> entry.facts().does(action, header));
    }

    /** Returns the header of a request to which a value belongs, or null. */
    private static @Nullable String header(String value) {
        for (String prefix : OF_HEADERS) {
            if (value.startsWith(prefix)) {
                int end = value.indexOf('.', prefix.length());
                return value.substring(prefix.length(), end < 0 ? value.length() : end);
            }
        }
        return PSEUDO_HEADERS.get(value);
    }
}
