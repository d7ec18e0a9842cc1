package io.policyengine.app.simulation;

import io.policyengine.app.simulation.Behaviour.Kind;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.policy.Phase;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All or nothing: either every policy of the chain of one generation ran in order, or the client got the answer that the
 * configuration names for this failure; what an {@code on_failure} allowed is the only exception, and is counted.
 *
 * <p>Says so from what is seen outside of the engine, and from the configuration alone.
 */
final class Invariant {
    /** A policy's own limit where its entry has none: WorkerOptions.defaults. */
    private static final Duration POLICY_TIMEOUT = Duration.ofSeconds(1);

    private static final Set<String> UNAVAILABLE = Set.of("AGENT_UNAVAILABLE", "WORKER_TIMEOUT", "OVERLOADED");

    private final Scenario scenario;
    private final Faults faults;
    private final SimulatedExchange exchange;
    private int generation;
    private int excused;
    private boolean sure;

    /**
     * How often an {@code on_failure} let an exchange go on without a part of its chain.
     *
     * @param times at least that often
     * @param all whether it is known that there was no more: not where the exchange ended before its chains did
     */
    record Excuses(int times, boolean all) {}

    /** An exchange that broke the invariant. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message, null, false, false);
        }
    }

    /** Consecutive entries of one worker, which one call runs. */
    private record Segment(String worker, int begin, int end) {}

    private Invariant(Scenario scenario, Faults faults, SimulatedExchange exchange) {
        this.scenario = scenario;
        this.faults = faults;
        this.exchange = exchange;
    }

    /**
     * Checks an exchange that has ended.
     *
     * @throws Violation if the invariant does not hold
     */
    static Excuses check(Scenario scenario, Faults faults, SimulatedExchange exchange) {
        Invariant invariant = new Invariant(scenario, faults, exchange);
        invariant.check();
        return new Excuses(invariant.excused, invariant.sure);
    }

    private void check() {
        SimResult result = exchange.result;
        require(result != null, "it never ended");
        generation = generation(Objects.requireNonNull(result));
        for (Phase phase : Phase.values()) {
            ranInOrder(phase);
        }
        if (exchange.hungUp) {
            return;
        }
        require(result.faults().isEmpty(), "Envoy was answered wrongly: " + result.faults());
        if (result.upstream() == null) {
            stopped(Phase.REQUEST, result.response());
            return;
        }
        passed(Phase.REQUEST, Stamp.trail(result.upstream().header(Stamp.REQUEST_TRAIL)));
        if (result.response().header(Simulation.UPSTREAM) == null) {
            stopped(Phase.RESPONSE, result.response());
        } else {
            passed(Phase.RESPONSE, Stamp.trail(result.response().header(Stamp.RESPONSE_TRAIL)));
            sure = true;
        }
    }

    /** Each policy once, one after another. A call that was given up may still begin in a worker that was disturbed, in vain. */
    private void ranInOrder(Phase phase) {
        List<EntryConfig> chain = scenario.chain(generation, phase);
        Set<Integer> before = new TreeSet<>();
        int last = -1;
        for (PolicyRun run : exchange.runs(phase)) {
            require(before.add(run.index()), run.stamp() + " ran twice");
            require(
                    run.index() > last
                            || isDisturbed(StampingPolicy.workerOf(
                                    chain.get(run.index()).policy())),
                    run.stamp() + " ran after a later one");
            last = Math.max(last, run.index());
        }
    }

    /** The one generation that all stamps are of. */
    private int generation(SimResult result) {
        Set<Integer> generations = new TreeSet<>();
        exchange.runs.forEach(run -> {
            generations.add(run.stamp().generation());
            run.seen().forEach(stamp -> generations.add(stamp.generation()));
        });
        if (result.upstream() != null) {
            Stamp.trail(result.upstream().header(Stamp.REQUEST_TRAIL))
                    .forEach(stamp -> generations.add(stamp.generation()));
        }
        Stamp.trail(result.response().header(Stamp.RESPONSE_TRAIL))
                .forEach(stamp -> generations.add(stamp.generation()));
        require(generations.size() <= 1, "policies of several generations ran: " + generations);
        return generations.isEmpty() ? 1 : generations.iterator().next();
    }

    /** The message went on: every entry ran, or is excused. */
    private void passed(Phase phase, List<Stamp> trail) {
        List<EntryConfig> chain = scenario.chain(generation, phase);
        boolean complete = walk(phase, chain.size(), trail);
        require(complete || !trail.isEmpty() || excused > 0, "nothing ran");
    }

    /**
     * Walks along the entries before one. Each has left its stamp, or is excused.
     *
     * @return whether the chain went to its end; false if an entry skipped the rest
     */
    private boolean walk(Phase phase, int end, List<Stamp> trail) {
        List<EntryConfig> chain = scenario.chain(generation, phase);
        List<Integer> applied = new ArrayList<>();
        for (Stamp stamp : trail) {
            require(stamp.phase() == phase, stamp + " is on a message of the other direction");
            require(applied.isEmpty() || stamp.index() > applied.getLast(), "out of order: " + trail);
            applied.add(stamp.index());
            PolicyRun run = run(phase, stamp.index());
            require(run != null, stamp + " is on the message, but was not called");
            Kind kind = Objects.requireNonNull(run).behaviour().kind();
            require(kind == Kind.PROCEED || kind == Kind.SKIP, stamp + " is on the message, but did not let it pass");
        }
        for (PolicyRun run : exchange.runsInTime(phase)) {
            int begin = segmentOf(chain, run.index()).begin();
            require(
                    before(run.seen(), begin).equals(before(trail, begin)),
                    run.stamp() + " saw " + run.seen() + " of " + trail);
        }
        for (Segment segment : segments(chain)) {
            if (segment.begin() >= end) {
                break;
            }
            if (segment.end() <= end
                    && applied.stream().noneMatch(index -> index >= segment.begin() && index < segment.end())
                    && isWorkersFault(phase, segment)) {
                OnFailure rule = workerRule(chain, segment);
                if (rule == OnFailure.CONTINUE) {
                    excused++;
                    continue;
                }
                if (rule == OnFailure.SKIP_REMAINING && nothingAfter(phase, segment.end() - 1, applied)) {
                    excused++;
                    return false;
                }
            }
            for (int i = segment.begin(); i < Math.min(segment.end(), end); i++) {
                PolicyRun run = run(phase, i);
                if (applied.contains(i)) {
                    if (Objects.requireNonNull(run).behaviour().kind() == Kind.SKIP) {
                        require(nothingAfter(phase, i, applied), "went on after " + run.stamp() + " skipped the rest");
                        return false;
                    }
                } else {
                    Stamp missing = new Stamp(generation, phase, i);
                    require(run != null && isPolicysFault(chain, run), missing + " did not run: " + trail);
                    OnFailure rule = rule(chain.get(i), OnFailure.DENY);
                    require(rule != OnFailure.DENY, missing + " failed, but it went on: " + trail);
                    excused++;
                    if (rule == OnFailure.SKIP_REMAINING) {
                        require(nothingAfter(phase, i, applied), "went on after the failure of " + missing);
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** The message did not go on: the client has the answer that is due. */
    private void stopped(Phase phase, SimResponse answer) {
        List<PolicyRun> runs = exchange.runsInTime(phase);
        PolicyRun last =
                runs.stream().max(Comparator.comparingInt(PolicyRun::index)).orElse(null);
        String code = codeOf(answer);
        if (code == null && answer.header(Simulation.DENIED_BY) == null) {
            require(
                    faults.disturbed(Simulation.ENVOY, exchange.beganNanos, exchange.endedNanos),
                    "an answer that nobody gave: " + answer.status() + " " + answer.bodyText());
            return;
        }
        if (last != null) {
            int known = excused;
            require(walk(phase, last.index(), last.seen()), "went on after the rest was skipped");
            // Of a call that failed as a whole it does not count what failed in it.
            excused = known;
        }
        if (code == null) {
            require(
                    last != null
                            && last.behaviour().kind() == Kind.DENY
                            && last.stamp().toString().equals(answer.header(Simulation.DENIED_BY)),
                    "denied by " + answer.header(Simulation.DENIED_BY) + ", but the last that ran is " + last);
        } else {
            require(isDue(phase, last, code), code + " for no reason, the last that ran is " + last);
        }
    }

    private boolean isDue(Phase phase, @Nullable PolicyRun last, String code) {
        List<EntryConfig> chain = scenario.chain(generation, phase);
        if (code.equals("POLICY_ERROR")) {
            return last != null
                    && isPolicysFault(chain, last)
                    && rule(chain.get(last.index()), OnFailure.DENY) == OnFailure.DENY;
        }
        if (!UNAVAILABLE.contains(code)) {
            return false;
        }
        if (last == null && isCheckedBefore(phase) && isAnyAway()) {
            return true;
        }
        int from = last == null ? 0 : last.index();
        for (Segment segment : segments(chain)) {
            if (segment.end() > from) {
                if (isWorkersFault(phase, segment) && workerRule(chain, segment) == OnFailure.DENY) {
                    return true;
                }
                boolean begun = last != null && segment.begin() <= from;
                if (!begun && !mayBePassedOver(phase, segment)) {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean mayBePassedOver(Phase phase, Segment segment) {
        List<EntryConfig> chain = scenario.chain(generation, phase);
        return isWorkersFault(phase, segment) && workerRule(chain, segment) == OnFailure.CONTINUE;
    }

    /** Whether the kernel looks for all workers before this phase. */
    private boolean isCheckedBefore(Phase phase) {
        return phase == Phase.REQUEST || scenario.settings().rechecks();
    }

    /** Whether a worker without which the route cannot be served may have been away. */
    private boolean isAnyAway() {
        for (Phase phase : Phase.values()) {
            List<EntryConfig> chain = scenario.chain(generation, phase);
            for (Segment segment : segments(chain)) {
                if (isDisturbed(segment.worker()) && workerRule(chain, segment) == OnFailure.DENY) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isDisturbed(String worker) {
        return faults.disturbed(worker, exchange.beganNanos, exchange.endedNanos);
    }

    /** Whether a call for these entries may have failed as a whole. */
    private boolean isWorkersFault(Phase phase, Segment segment) {
        if (isDisturbed(segment.worker())) {
            return true;
        }
        Duration taken = Duration.ZERO;
        for (PolicyRun run : exchange.runsInTime(phase)) {
            if (run.index() >= segment.begin() && run.index() < segment.end()) {
                taken = taken.plus(
                        run.behaviour().kind() == Kind.NEVER
                                ? Scenario.CALL_TIMEOUT
                                : run.behaviour().after());
            }
        }
        // The way there and back takes time as well.
        return taken.compareTo(Scenario.CALL_TIMEOUT.dividedBy(2)) >= 0;
    }

    private static boolean isPolicysFault(List<EntryConfig> chain, PolicyRun run) {
        return run.behaviour().kind().isFailure() || isLate(chain.get(run.index()), run);
    }

    private static boolean isLate(EntryConfig entry, PolicyRun run) {
        Duration limit = entry.timeout() == null ? POLICY_TIMEOUT : entry.timeout();
        return run.behaviour().kind() == Kind.NEVER || run.behaviour().after().compareTo(limit) >= 0;
    }

    private boolean nothingAfter(Phase phase, int index, List<Integer> applied) {
        return applied.stream().allMatch(other -> other <= index)
                && exchange.runsInTime(phase).stream().allMatch(run -> run.index() <= index);
    }

    private @Nullable PolicyRun run(Phase phase, int index) {
        return exchange.runsInTime(phase).stream()
                .filter(run -> run.index() == index)
                .findFirst()
                .orElse(null);
    }

    private static List<Stamp> before(List<Stamp> trail, int index) {
        return trail.stream().filter(stamp -> stamp.index() < index).toList();
    }

    private static OnFailure rule(EntryConfig entry, OnFailure unset) {
        return entry.onFailure() == null ? unset : entry.onFailure();
    }

    /** The strictest rule of the segment's entries. */
    private OnFailure workerRule(List<EntryConfig> chain, Segment segment) {
        OnFailure unset = scenario.settings().failsOpen(segment.worker()) ? OnFailure.CONTINUE : OnFailure.DENY;
        return chain.subList(segment.begin(), segment.end()).stream()
                .map(entry -> rule(entry, unset))
                .min(OnFailure::compareTo)
                .orElseThrow();
    }

    private static List<Segment> segments(List<EntryConfig> chain) {
        List<Segment> segments = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i <= chain.size(); i++) {
            if (i == chain.size()
                    || !chain.get(i).policy().equals(chain.get(begin).policy())) {
                segments.add(
                        new Segment(StampingPolicy.workerOf(chain.get(begin).policy()), begin, i));
                begin = i;
            }
        }
        return segments;
    }

    private static Segment segmentOf(List<EntryConfig> chain, int index) {
        return segments(chain).stream()
                .filter(segment -> index < segment.end())
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable String codeOf(SimResponse answer) {
        String body = answer.bodyText();
        String key = "\"code\": \"";
        int begin = body.indexOf(key);
        return begin < 0 ? null : body.substring(begin + key.length(), body.indexOf('"', begin + key.length()));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(otherwise);
        }
    }
}
