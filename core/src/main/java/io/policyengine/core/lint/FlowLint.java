package io.policyengine.core.lint;

import static io.policyengine.core.policy.HeaderUse.Action.REMOVES;
import static io.policyengine.core.policy.HeaderUse.Action.SETS;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;

/** Checks one flow of a route. Entries with mode off or shadow are treated as having no effect. */
final class FlowLint {
    /** The namespace in which Envoy's AI filter provides the token usage of a response. */
    private static final String TOKEN_USAGE = "envoy.ai.token_usage";

    private final List<LintEntry> earlier;
    private final List<LintEntry> chain;
    private final List<LintEntry> called;
    private final Findings findings;

    interface Findings {
        void add(LintEntry entry, LintCode code, Location place, String message);
    }

    /**
     * Creates the check of one flow.
     * @param earlier the request flow if a response flow is checked; otherwise empty
     */
    FlowLint(List<LintEntry> earlier, List<LintEntry> flow, Findings findings) {
        this.earlier = enforced(earlier);
        this.chain = enforced(flow);
        this.called = flow.stream().filter(LintEntry::isCalled).toList();
        this.findings = findings;
    }

    private static List<LintEntry> enforced(List<LintEntry> flow) {
        return flow.stream().filter(LintEntry::isEnforced).toList();
    }

    void request() {
        for (var index = 0; index < chain.size(); index++) {
            failsOpen(chain.get(index));
            cors(index);
        }
        IssuerLint.check(chain, findings);
        behindAnAnswer();
        inAnyPhase();
    }

    void response(ProcessingMode mode) {
        if (mode == ProcessingMode.AUTO) {
            heldBack();
        }
        notOnAnswers();
        usageReplaced();
        inAnyPhase();
    }

    /**
     * Reports budgets that read the usage from a body that an earlier entry may have replaced by a denial. A denial has
     * no usage, so the budget charges nothing for an answer that the upstream has billed.
     */
    private void usageReplaced() {
        for (var index = 0; index < chain.size(); index++) {
            var entry = chain.get(index);
            if (isBudget(entry) && entry.bodyNeed() != BodyNeed.NONE) {
                chain.subList(0, index).stream()
                        .filter(before -> before.has(Fact.JUDGES_CONTENT))
                        .findFirst()
                        .ifPresent(before -> add(
                                entry,
                                LintCode.USAGE_REPLACED,
                                "counts what the answer used, but the earlier entry " + name(before)
                                        + " may replace the answer, which then costs nothing"
                                        + (entry.config().inBothPhases()
                                                ? ": write '- entry: "
                                                        + entry.config().name() + "' before it"
                                                : "")));
            }
        }
    }

    /** Returns whether the entry charges the usage that its counterpart in the request flow limits. */
    private boolean isBudget(LintEntry entry) {
        return entry.has(Fact.STANDS_IN_BOTH_FLOWS)
                && earlier.stream().anyMatch(other -> other.isPartOf(entry) && other.has(Fact.LIMITS_USE));
    }

    private void inAnyPhase() {
        for (var index = 0; index < chain.size(); index++) {
            identity(index);
            headers(index);
            reroute(chain.get(index));
            tokenUsage(chain.get(index));
        }
        calls();
    }

    private void identity(int index) {
        var entry = chain.get(index);
        var before = Stream.concat(earlier.stream(), chain.subList(0, index).stream());
        if (before.anyMatch(other -> other.mayHave(Fact.PROVIDES_IDENTITY))) {
            return;
        }
        if (entry.needsIdentity()) {
            add(entry, LintCode.NEEDS_IDENTITY, "needs an identity, but no earlier policy provides one");
        }
        chain.subList(index + 1, chain.size()).stream()
                .filter(later -> later.has(Fact.PROVIDES_IDENTITY))
                .findFirst()
                .ifPresent(late -> usedTooEarly(entry, late));
    }

    private void usedTooEarly(LintEntry entry, LintEntry late) {
        var tooEarly = "which " + name(late) + " provides only later in the chain";
        if (entry.has(Fact.USES_IDENTITY) && !entry.needsIdentity()) {
            add(entry, LintCode.USES_IDENTITY_TOO_EARLY, "uses the identity, " + tooEarly);
        }
        if (entry.config().conditionFacts().has(Fact.USES_IDENTITY)) {
            findings.add(
                    entry,
                    LintCode.USES_IDENTITY_TOO_EARLY,
                    entry.config().source().value("when"),
                    "the condition of " + name(entry) + " reads the identity, " + tooEarly);
        }
    }

    private void failsOpen(LintEntry entry) {
        if (entry.has(Fact.PROVIDES_IDENTITY) && entry.onWorkerFailure() != OnFailure.DENY) {
            var why = entry.config().onFailure() == null
                    ? "its worker '" + entry.worker()
                            + "' cannot be called: the worker has 'fail_open', and 'on_failure' is not set"
                    : "it fails: 'on_failure' is not 'deny'";
            add(entry, LintCode.AUTHENTICATION_FAILS_OPEN, "authenticates, and lets requests pass when " + why);
        } else if (entry.has(Fact.PROVIDES_IDENTITY) && entry.config().onOverload() != OnFailure.DENY) {
            add(
                    entry,
                    LintCode.AUTHENTICATION_FAILS_OPEN,
                    "authenticates, and lets requests pass under overload: 'on_overload' is not 'deny'");
        }
    }

    private void cors(int index) {
        var entry = chain.get(index);
        if (!entry.has(Fact.HANDLES_CORS)) {
            return;
        }
        chain.subList(0, index).stream()
                .filter(LintEntry::deniesAnonymous)
                .findFirst()
                .ifPresent(before -> add(
                        entry,
                        LintCode.CORS_AFTER_AUTHENTICATION,
                        "answers preflight requests, but the earlier entry " + name(before)
                                + " refuses them, since they carry no credentials"));
    }

    private void behindAnAnswer() {
        chain.stream()
                .filter(LintEntry::answersAll)
                .findFirst()
                .ifPresent(answering -> chain.stream()
                        .skip(chain.indexOf(answering) + 1L)
                        .findFirst()
                        .ifPresent(next -> add(
                                next,
                                LintCode.UNREACHABLE,
                                "never runs: the earlier entry " + name(answering) + " always answers")));
    }

    /**
     * Reports the first entry of the response flow that never runs. If a policy of the request flow answers every
     * request, only entries that apply to denials run (external_processor.proto: ImmediateResponse).
     */
    private void notOnAnswers() {
        earlier.stream()
                .takeWhile(entry -> !entry.maySkipTheRest())
                .filter(LintEntry::answersAll)
                .findFirst()
                .ifPresent(answering -> chain.stream()
                        .filter(entry -> !entry.mayRunOnAnswers())
                        .findFirst()
                        .ifPresent(entry -> add(
                                entry,
                                LintCode.UNREACHABLE,
                                "never runs: " + name(answering)
                                        + " always answers in the request_flow, and this entry is not applied to "
                                        + "such answers ('on_denial')")));
    }

    private void headers(int index) {
        var entry = chain.get(index);
        if (entry.facts() == null) {
            return;
        }
        entry.facts().headers().stream()
                .filter(use -> use.action() == SETS)
                .map(HeaderUse::name)
                .filter(name -> !HeaderUse.isPseudo(name))
                .sorted()
                .forEach(header -> header(entry, header, index + 1));
    }

    /**
     * Checks a header that an entry sets. The first later entry that reads or changes the header decides the result.
     */
    private void header(LintEntry entry, String header, int from) {
        for (var later : chain.subList(from, chain.size())) {
            if (later.mayRead(header)) {
                return;
            }
            if (later.does(SETS, header)) {
                add(
                        entry,
                        LintCode.HEADER_SET_TWICE,
                        "sets '" + header + "', and " + name(later) + " sets it again before anything reads it");
                return;
            }
            if (later.does(REMOVES, header)) {
                add(
                        entry,
                        LintCode.HEADER_SET_THEN_REMOVED,
                        "sets '" + header + "', and " + name(later) + " removes it before anything reads it");
                return;
            }
        }
    }

    private void heldBack() {
        var holds = chain.stream()
                .filter(entry -> entry.bodyNeed() == BodyNeed.BUFFERED)
                .findFirst()
                .orElse(null);
        var streams = chain.stream()
                .filter(entry ->
                        entry.bodyNeed() == BodyNeed.STREAMING || entry.bodyNeed() == BodyNeed.BUFFERED_OR_STREAMING)
                .findFirst()
                .orElse(null);
        if (holds != null && streams != null) {
            add(
                    holds,
                    LintCode.RESPONSE_HELD_BACK,
                    "needs the body in one piece, so the whole response is held back, though " + name(streams)
                            + " could stream it");
        }
    }

    /**
     * Reports an entry that reads the token usage before the trailers arrive. Conditions are evaluated on the headers.
     * Entries that read trailers are called again with the trailers.
     */
    private void tokenUsage(LintEntry entry) {
        if (entry.config().conditionFacts().metadataRead().contains(TOKEN_USAGE)) {
            findings.add(
                    entry,
                    LintCode.TOKEN_USAGE_TOO_EARLY,
                    entry.config().source().value("when"),
                    "the condition of " + name(entry) + " reads '" + TOKEN_USAGE
                            + "', which Envoy provides only with the response's trailers");
        }
        if (entry.readsMetadata(TOKEN_USAGE) && !entry.has(Fact.READS_TRAILERS)) {
            add(
                    entry,
                    LintCode.TOKEN_USAGE_TOO_EARLY,
                    "reads '" + TOKEN_USAGE
                            + "', which Envoy provides only with the response's trailers, but the policy "
                            + "does not read trailers");
        }
    }

    private void reroute(LintEntry entry) {
        if (entry.reroutes()) {
            findings.add(
                    entry,
                    LintCode.REROUTE_SKIPS_CHAIN,
                    entry.config().reroute()
                            ? entry.config().source().value("reroute")
                            : entry.config().source().policy(),
                    name(entry)
                            + " may move a request to another Envoy route without running that route's chain, and a"
                            + " client that requests that route directly bypasses this chain: give both Envoy routes"
                            + " the same name");
        }
    }

    /** Reports calls of a worker that was already called earlier, with a call of another worker in between. */
    private void calls() {
        var lastOf = new HashMap<String, LintEntry>();
        LintEntry previous = null;
        for (var entry : called) {
            var last = lastOf.put(entry.worker(), entry);
            if (previous != null && last != null && !previous.worker().equals(entry.worker())) {
                add(
                        entry,
                        LintCode.CALL_COULD_BE_SAVED,
                        "causes one more call of worker '" + entry.worker() + "': it can share the call of "
                                + name(last) + " if it stands directly after that entry");
            }
            previous = entry;
        }
    }

    private void add(LintEntry entry, LintCode code, String message) {
        findings.add(entry, code, entry.config().source().policy(), name(entry) + " " + message);
    }

    private static String name(LintEntry entry) {
        return "'" + entry.config().name() + "'";
    }
}
