package io.policyengine.core.lint;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import java.util.List;

/**
 * Finds chains whose order of entries leaves stored answers unprotected. An answer from memory ends the request flow,
 * and does not pass through the response flow again.
 */
final class MemoryLint {
    private final FlowLint.Findings findings;

    MemoryLint(FlowLint.Findings findings) {
        this.findings = findings;
    }

    /**
     * Checks a request flow: entries that decide who gets an answer must run before an entry that answers from memory.
     */
    void request(List<LintEntry> flow) {
        LintEntry memory = null;
        for (LintEntry entry : flow) {
            if (!entry.isEnforced()) {
                continue;
            }
            if (memory != null && restricts(entry)) {
                skipped(
                        entry,
                        (entry.has(Fact.PROVIDES_IDENTITY) ? "authenticates clients" : "decides who gets an answer")
                                + ", but does not run for requests that the earlier entry " + name(memory)
                                + " answers from memory: move it before " + name(memory));
            }
            if (memory == null && entry.has(Fact.ANSWERS_FROM_MEMORY)) {
                memory = entry;
            }
        }
    }

    /** Checks a response flow: entries that protect content must run before an entry that stores the response. */
    void response(List<LintEntry> flow) {
        List<LintEntry> enforced = flow.stream().filter(LintEntry::isEnforced).toList();
        for (int index = 0; index < enforced.size(); index++) {
            LintEntry store = enforced.get(index);
            if (store.has(Fact.STORES_ANSWERS)) {
                enforced.subList(index + 1, enforced.size()).stream()
                        .filter(later -> protects(later) && !later.mayRunOnAnswers())
                        .forEach(later -> skipped(
                                later,
                                "removes, masks or refuses content, but the earlier entry " + name(store)
                                        + " stores the response before that, and gives it to later requests"
                                        + (later.asksInVainForAnswers()
                                                ? " ('on_denial' has no effect, since the policy reads the body):"
                                                : ":")
                                        + before(later, store)));
                if (store.has(Fact.SHARES_ANSWERS)) {
                    enforced.subList(0, index).forEach(earlier -> shared(earlier, store));
                }
            }
        }
    }

    /**
     * Checks both flows: an entry must not compare or store content with tokens that differ in every exchange. Only
     * entries that need the whole request body are checked, since others, such as {@code cache}, do not compare bodies.
     */
    void tokens(List<LintEntry> request, List<LintEntry> response) {
        for (int index = 0; index < request.size(); index++) {
            LintEntry memory = request.get(index);
            if (!memory.isEnforced()
                    || !memory.has(Fact.ANSWERS_FROM_MEMORY)
                    || memory.bodyNeed() != BodyNeed.BUFFERED) {
                continue;
            }
            request.subList(0, index).stream()
                    .filter(earlier -> earlier.isEnforced() && earlier.has(Fact.TOKENIZES_CONTENT))
                    .forEach(earlier -> tokens(
                            earlier,
                            "gives the same content different tokens in each request, and the later entry "
                                    + name(memory) + " compares the tokens: it misses repeated requests, or answers "
                                    + "a request with the content of another one. Move the entry "
                                    + "behind " + name(memory)));
            response.stream()
                    .dropWhile(entry -> !(entry.isEnforced() && entry.isPartOf(memory)))
                    .filter(later -> later.isEnforced() && later.has(Fact.RESTORES_CONTENT))
                    .forEach(later -> tokens(
                            later,
                            "replaces the tokens of its own exchange, but the earlier entry " + name(memory)
                                    + " stores the response with them, and nothing can replace them in later"
                                    + " answers:" + before(later, memory)));
        }
    }

    private void tokens(LintEntry entry, String message) {
        findings.add(entry, LintCode.TOKENS_IN_MEMORY, place(entry), name(entry) + " " + message);
    }

    private void shared(LintEntry entry, LintEntry store) {
        String message = name(entry) + " changes responses depending on the identity, and " + name(store)
                + " gives the stored result to other identities: let " + name(store)
                + " distinguish them by the whole identity ('key: identity'), not by a part of it, or make the change"
                + " the same for all";
        if (changes(entry) && entry.config().conditionFacts().has(Fact.USES_IDENTITY)) {
            findings.add(
                    entry, LintCode.STORED_FOR_OTHERS, entry.config().source().value("when"), message);
        } else if (changes(entry) && (entry.has(Fact.USES_IDENTITY) || entry.has(Fact.NEEDS_IDENTITY))) {
            findings.add(entry, LintCode.STORED_FOR_OTHERS, place(entry), message);
        }
    }

    private static boolean restricts(LintEntry entry) {
        return entry.has(Fact.PROVIDES_IDENTITY) || entry.has(Fact.RESTRICTS_ACCESS);
    }

    /** Returns whether the entry removes, masks or refuses content. */
    static boolean protects(LintEntry entry) {
        return entry.has(Fact.MASKS_CONTENT)
                || entry.has(Fact.JUDGES_CONTENT)
                || entry.has(Fact.RESTRICTS_ACCESS)
                || entry.uses(HeaderUse.Action.REMOVES);
    }

    private static boolean changes(LintEntry entry) {
        return protects(entry) || entry.uses(HeaderUse.Action.SETS);
    }

    private void skipped(LintEntry entry, String message) {
        findings.add(entry, LintCode.SKIPPED_ON_HIT, place(entry), name(entry) + " " + message);
    }

    /** Returns the remedy for an entry of a response flow that belongs before another one. */
    private static String before(LintEntry entry, LintEntry other) {
        return entry.config().inBothPhases()
                ? " write '- entry: " + entry.config().name() + "' before " + name(other) + " in the response_flow"
                : " move it before " + name(other);
    }

    private static Location place(LintEntry entry) {
        return entry.config().source().policy();
    }

    private static String name(LintEntry entry) {
        return "'" + entry.config().name() + "'";
    }
}
