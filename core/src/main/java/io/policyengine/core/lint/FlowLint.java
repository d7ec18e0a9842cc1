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

/** Looks through one flow of a route. An entry that is off, or only watches, is no part of it. */
final class FlowLint {
    private final List<LintEntry> chain;
    private final Findings findings;

    /** Takes what is found. */
    interface Findings {
        void add(LintEntry entry, LintCode code, Location place, String message);
    }

    FlowLint(List<LintEntry> chain, Findings findings) {
        this.chain = chain.stream().filter(LintEntry::isEnforced).toList();
        this.findings = findings;
    }

    void request() {
        for (var index = 0; index < chain.size(); index++) {
            identity(index);
            failsOpen(chain.get(index));
            cors(index);
        }
        unreachable();
        inAnyPhase();
    }

    void response(ProcessingMode mode) {
        if (mode == ProcessingMode.AUTO) {
            heldBack();
        }
        inAnyPhase();
    }

    private void inAnyPhase() {
        for (var index = 0; index < chain.size(); index++) {
            headers(index);
            reroute(chain.get(index));
        }
        calls();
    }

    private void identity(int index) {
        var entry = chain.get(index);
        var before = chain.subList(0, index);
        if (before.stream().anyMatch(other -> other.mayHave(Fact.PROVIDES_IDENTITY))) {
            return;
        }
        if (entry.has(Fact.NEEDS_IDENTITY)) {
            add(entry, LintCode.NEEDS_IDENTITY, "needs an identity, and no policy before it leaves one");
        } else if (entry.has(Fact.USES_IDENTITY)) {
            chain.subList(index + 1, chain.size()).stream()
                    .filter(later -> later.has(Fact.PROVIDES_IDENTITY))
                    .findFirst()
                    .ifPresent(late -> add(
                            entry,
                            LintCode.USES_IDENTITY_TOO_EARLY,
                            "uses the identity, which " + name(late) + " leaves only after it"));
        }
    }

    private void failsOpen(LintEntry entry) {
        var rule = entry.config().onFailure();
        if (entry.has(Fact.PROVIDES_IDENTITY) && rule != null && rule != OnFailure.DENY) {
            add(
                    entry,
                    LintCode.AUTHENTICATION_FAILS_OPEN,
                    "authenticates, and lets requests pass when it fails: 'on_failure' is not 'deny'");
        }
    }

    private void cors(int index) {
        var entry = chain.get(index);
        if (!entry.has(Fact.HANDLES_CORS)) {
            return;
        }
        chain.subList(0, index).stream()
                .filter(other -> other.has(Fact.PROVIDES_IDENTITY) || other.has(Fact.NEEDS_IDENTITY))
                .findFirst()
                .ifPresent(before -> add(
                        entry,
                        LintCode.CORS_AFTER_AUTHENTICATION,
                        "answers preflight requests, but " + name(before)
                                + " before it refuses them: they carry no credentials"));
    }

    private void unreachable() {
        var answering = chain.stream()
                .filter(entry -> entry.has(Fact.ALWAYS_ANSWERS) && !entry.isConditional())
                .findFirst()
                .orElse(null);
        var next = answering == null ? chain.size() : chain.indexOf(answering) + 1;
        if (answering != null && next < chain.size()) {
            add(chain.get(next), LintCode.UNREACHABLE, "never runs: " + name(answering) + " before it always answers");
        }
    }

    private void headers(int index) {
        var entry = chain.get(index);
        if (entry.facts() == null) {
            return;
        }
        entry.facts().headers().stream()
                .filter(use -> use.action() == SETS)
                .map(HeaderUse::name)
                .sorted()
                .forEach(header -> header(entry, header, index + 1));
    }

    /** What comes of a header that an entry sets: the first that reads or changes it decides. */
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

    private void reroute(LintEntry entry) {
        if (entry.config().reroute()) {
            findings.add(
                    entry,
                    LintCode.REROUTE_SKIPS_CHAIN,
                    entry.config().source().value("reroute"),
                    name(entry) + " may bring a request to another route, whose chain then does not run");
        }
    }

    /** The first entry of a worker that was called before, with another worker in between. */
    private void calls() {
        var lastOf = new HashMap<String, LintEntry>();
        LintEntry previous = null;
        for (var entry : chain) {
            var earlier = lastOf.put(entry.worker(), entry);
            if (previous != null && earlier != null && !previous.worker().equals(entry.worker())) {
                add(
                        entry,
                        LintCode.CALL_COULD_BE_SAVED,
                        "makes for one more call of worker '" + entry.worker() + "': right after " + name(earlier)
                                + " it would need none");
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
