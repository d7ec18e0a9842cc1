package io.policyengine.it.simulation.judge;

import static io.policyengine.it.simulation.judge.Violation.require;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.policy.Phase;
import io.policyengine.it.simulation.world.Behaviour;
import io.policyengine.it.simulation.world.Behaviour.Kind;
import io.policyengine.it.simulation.world.Configuration;
import io.policyengine.it.simulation.world.Entry;
import io.policyengine.it.simulation.world.Settings;
import io.policyengine.it.simulation.world.Stamp;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One exchange that has ended, judged by one configuration. */
final class Trial {
    /** A policy's own limit where its entry has none: WorkerOptions.defaults. */
    private static final Duration POLICY_TIMEOUT = Duration.ofSeconds(1);

    private static final Set<String> UNAVAILABLE =
            Set.of("WORKER_UNAVAILABLE", "WORKER_TIMEOUT", "OVERLOADED", "DEADLINE_EXCEEDED");

    private final Configuration configuration;
    private final Faults faults;
    private final SimulatedExchange exchange;
    private int excused;
    /** Whether no further failure may have been excused. */
    private boolean all = true;

    private Trial(Configuration configuration, Faults faults, SimulatedExchange exchange) {
        this.configuration = configuration;
        this.faults = faults;
        this.exchange = exchange;
    }

    /**
     * Finds that it was treated as the configuration says.
     *
     * @throws Violation if not
     */
    static Excuses hold(Configuration configuration, Faults faults, SimulatedExchange exchange) {
        Trial trial = new Trial(configuration, faults, exchange);
        trial.check(Objects.requireNonNull(exchange.result()));
        return new Excuses(trial.excused, trial.all);
    }

    private void check(SimResult result) {
        for (Phase phase : Phase.values()) {
            ranInOrder(phase);
        }
        stayedWithReplicas();
        if (exchange.hasHungUp()) {
            all = false;
            return;
        }
        require(
                exchange.bodiesSeen().stream().allMatch(exchange.request().body()::equals),
                "policies saw other bodies: " + exchange.bodiesSeen());
        require(result.faults().isEmpty(), "Envoy was answered wrongly: " + result.faults());
        boolean cutOff = faults.disturbed(Faults.ENVOY, exchange.beganNanos(), exchange.endedNanos());
        require(!result.reset() || cutOff, "the response broke off");
        if (exchange.areOverridesIgnored() && Answers.isForMissingBody(result.response())) {
            refusedForABody(result);
            return;
        }
        if (result.upstream() == null) {
            stopped(Phase.REQUEST, result.response());
            return;
        }
        List<Stamp> trail = Stamp.trail(result.upstream().header(Stamp.REQUEST_TRAIL));
        boolean unanswered = Answers.isOfNobody(result.response());
        if (cutOff && unanswered && wentUnseen(trail)) {
            return;
        }
        passed(Phase.REQUEST, trail);
        require(
                result.reset()
                        || result.upstream()
                                .bodyText()
                                .equals(exchange.request().body()),
                "the request's body is not the client's");
        if (Answers.isOfUpstream(result.response())) {
            passed(Phase.RESPONSE, Stamp.trail(result.response().header(Stamp.RESPONSE_TRAIL)));
            require(result.reset() || Answers.isWhole(result.response()), "the response's body is not upstream's");
        } else if (wasHeldBack(result)) {
            all = false;
        } else {
            stopped(Phase.RESPONSE, result.response());
        }
    }

    /** A response that had to prove itself by its body, of which a policy has to know the end: Envoy keeps that back and gives up itself. */
    private boolean wasHeldBack(SimResult result) {
        return exchange.areOverridesIgnored()
                && configuration.followsExchanges()
                && result.status() == 504
                && Answers.isOfNobody(result.response());
    }

    /**
     * Envoy keeps bodies back: that of the request, so that no policy ran that had to see it, nor one after it; or those of responses, of
     * which a policy has to know the end.
     */
    private void refusedForABody(SimResult result) {
        all = false;
        int reader = configuration.request().firstReader();
        boolean reads = exchange.keepsBodyBack()
                && reader < configuration.request().entries().size();
        require(reads || configuration.followsExchanges(), "refused for a body that nobody needs");
        require(!exchange.keepsBodyBack() || exchange.bodiesSeen().isEmpty(), "refused for a body that was there");
        if (result.upstream() == null) {
            require(exchange.runs().isEmpty(), "refused for a body after policies have run");
            return;
        }
        List<Stamp> trail = Stamp.trail(result.upstream().header(Stamp.REQUEST_TRAIL));
        if (!wentUnseen(trail)) {
            require(configuration.followsExchanges(), "a body was asked for after the rest was skipped");
            passed(Phase.REQUEST, trail);
        }
    }

    /** Whether it went upstream as far as the policies are that need no body, and without the others; whether it may have, the judge says. */
    private boolean wentUnseen(List<Stamp> trail) {
        int reader = configuration.request().firstReader();
        int known = excused;
        boolean unseen = exchange.keepsBodyBack()
                && reader < configuration.request().entries().size()
                && trail.stream().allMatch(stamp -> stamp.index() < reader)
                && walk(Phase.REQUEST, reader, trail);
        if (unseen) {
            all = false;
            exchange.wentUnseen();
        } else {
            excused = known;
        }
        return unseen;
    }

    /** Each policy that is for it once, one after another. */
    private void ranInOrder(Phase phase) {
        List<Entry> chain = chain(phase);
        Set<Integer> before = new HashSet<>();
        int last = -1;
        for (PolicyRun run : exchange.runs(phase).toList()) {
            Entry entry = chain.get(run.index());
            require(before.add(run.index()), run.stamp() + " ran twice");
            require(entry.isFor(exchange.request()), run.stamp() + " ran, and its condition does not hold");
            if (segmentOf(phase, run.index()).isShadow()) {
                continue;
            }
            // A call that was given up may still begin in a replica that was disturbed, in vain.
            require(run.index() > last || isDisturbed(entry.worker()), run.stamp() + " ran after a later one");
            last = Math.max(last, run.index());
        }
    }

    /** A policy that follows exchanges needs all calls of one in one place. */
    private void stayedWithReplicas() {
        for (PolicyRun run : exchange.runs()) {
            String worker = workerOf(run);
            require(
                    !configuration.followsExchanges()
                            || isDisturbed(worker)
                            || exchange.runs().stream()
                                    .filter(other -> workerOf(other).equals(worker))
                                    .allMatch(other -> other.replica().equals(run.replica())),
                    "its calls to " + worker + " went to several replicas");
        }
    }

    private String workerOf(PolicyRun run) {
        return chain(run.phase()).get(run.index()).worker();
    }

    /** The message went on: every entry ran, or is excused. */
    private void passed(Phase phase, List<Stamp> trail) {
        walk(phase, chain(phase).size(), trail);
    }

    /**
     * Walks along the entries before one. Each has left its stamp, or is excused.
     *
     * @return whether the chain went to its end; false if an entry skipped the rest
     */
    private boolean walk(Phase phase, int end, List<Stamp> trail) {
        List<Integer> applied = applied(phase, trail);
        for (PolicyRun run : exchange.runsInTime(phase)) {
            int begin = segmentOf(phase, run.index()).begin();
            require(
                    begin > end || before(run.seen(), begin).equals(before(trail, begin)),
                    run.stamp() + " saw " + run.seen() + " of " + trail);
        }
        for (Segment segment : segments(phase)) {
            if (segment.begin() >= end) {
                break;
            }
            boolean passedOver = segment.end() <= end
                    && !segment.isShadow()
                    && applied.stream().noneMatch(segment::has)
                    && isWorkersFault(phase, segment);
            OnFailure rule = passedOver ? workerRule(segment) : OnFailure.DENY;
            if (rule == OnFailure.SKIP_REMAINING && nothingAfter(phase, segment.end() - 1, applied)) {
                passOver(segment);
                return false;
            }
            if (rule == OnFailure.CONTINUE) {
                passOver(segment);
            } else if (!walk(phase, segment, end, applied, trail)) {
                return false;
            }
        }
        return true;
    }

    /** A call left no trace. Where none of its entries is for the request, nobody knows whether it failed. */
    private void passOver(Segment segment) {
        if (segment.isFor(exchange.request())) {
            excused++;
        } else {
            all = false;
        }
    }

    /** Walks along the entries of a call that did not fail as a whole. */
    private boolean walk(Phase phase, Segment segment, int end, List<Integer> applied, List<Stamp> trail) {
        for (Entry entry : segment.entries()) {
            int i = entry.index();
            if (i >= end || entry.shadow() || !entry.isFor(exchange.request())) {
                continue;
            }
            PolicyRun run = run(phase, i);
            if (applied.contains(i)) {
                if (Objects.requireNonNull(run).behaviour().kind() == Kind.SKIP) {
                    require(nothingAfter(phase, i, applied), "went on after " + run.stamp() + " skipped the rest");
                    return false;
                }
            } else {
                require(run != null && isPolicysFault(entry, run), entry.stamp() + " did not run: " + trail);
                OnFailure rule = rule(entry, Objects.requireNonNull(run));
                require(rule != OnFailure.DENY, entry.stamp() + " failed, but it went on: " + trail);
                excused++;
                if (rule == OnFailure.SKIP_REMAINING) {
                    require(nothingAfter(phase, i, applied), "went on after the failure of " + entry.stamp());
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns the entries whose stamps are on a message, and requires that they are in order. */
    private List<Integer> applied(Phase phase, List<Stamp> trail) {
        List<Integer> applied = new ArrayList<>();
        for (Stamp stamp : trail) {
            require(stamp.phase() == phase, stamp + " is on a message of the other direction");
            require(applied.isEmpty() || stamp.index() > applied.getLast(), "out of order: " + trail);
            require(!chain(phase).get(stamp.index()).shadow(), stamp + " is on the message from the shadow");
            applied.add(stamp.index());
            PolicyRun run = run(phase, stamp.index());
            require(run != null, stamp + " is on the message, but was not called");
            Kind kind = Objects.requireNonNull(run).behaviour().kind();
            require(kind == Kind.PROCEED || kind == Kind.SKIP, stamp + " is on the message, but did not let it pass");
        }
        return applied;
    }

    /** The message did not go on: the client has the answer that is due. */
    private void stopped(Phase phase, SimResponse answer) {
        all = false;
        PolicyRun last = exchange.runsInTime(phase).stream()
                .filter(run -> !chain(phase).get(run.index()).shadow())
                .max(Comparator.comparingInt(PolicyRun::index))
                .orElse(null);
        String code = Answers.codeOf(answer);
        String deniedBy = Answers.deniedBy(answer);
        if (code == null && deniedBy == null) {
            require(
                    faults.disturbed(Faults.ENVOY, exchange.beganNanos(), exchange.endedNanos()),
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
                            && last.stamp().toString().equals(deniedBy),
                    "denied by " + deniedBy + ", but the last that ran is " + last);
        } else {
            require(isDue(phase, last, code), code + " for no reason, the last that ran is " + last);
        }
    }

    private boolean isDue(Phase phase, @Nullable PolicyRun last, String code) {
        if (code.equals("POLICY_ERROR") || code.equals("DEPENDENCY_UNAVAILABLE")) {
            if (last == null) {
                return false;
            }
            Entry entry = chain(phase).get(last.index());
            Kind kind = last.behaviour().kind();
            boolean mayBeOfMessage = kind.isFailure() && kind != Kind.FAIL;
            boolean isTold = code.equals("DEPENDENCY_UNAVAILABLE")
                    ? kind == Kind.FAIL
                    : kind != Kind.FAIL || isLate(entry, last);
            return isTold && isPolicysFault(entry, last) && (mayBeOfMessage || rule(entry, last) == OnFailure.DENY);
        }
        if (!UNAVAILABLE.contains(code)) {
            return false;
        }
        if (code.equals("DEADLINE_EXCEEDED")) {
            return segments(phase).stream().anyMatch(segment -> isWorkersFault(phase, segment));
        }
        if (last == null && isCheckedBefore(phase) && isAnyAway()) {
            return true;
        }
        int from = last == null ? 0 : last.index();
        for (Segment segment : segments(phase)) {
            if (segment.end() > from && !segment.isShadow()) {
                if (isWorkersFault(phase, segment)
                        && (code.equals("OVERLOADED") || workerRule(segment) == OnFailure.DENY)) {
                    return true;
                }
                boolean begun = last != null && segment.begin() <= from;
                if (!begun && segment.isFor(exchange.request()) && !mayBePassedOver(phase, segment)) {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean mayBePassedOver(Phase phase, Segment segment) {
        return isWorkersFault(phase, segment) && workerRule(segment) == OnFailure.CONTINUE;
    }

    /** Whether the kernel looks for all workers before this phase. */
    private boolean isCheckedBefore(Phase phase) {
        return phase == Phase.REQUEST || configuration.settings().rechecks();
    }

    /** Whether a worker without which the route cannot be served may have been away. */
    private boolean isAnyAway() {
        for (Phase phase : Phase.values()) {
            for (Segment segment : segments(phase)) {
                if (isDisturbed(segment.worker()) && workerRule(segment) == OnFailure.DENY) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isDisturbed(String worker) {
        return configuration.settings().replicas(worker).stream()
                .anyMatch(replica -> faults.disturbed(replica, exchange.beganNanos(), exchange.endedNanos()));
    }

    /** Whether a call for these entries may have failed as a whole. */
    private boolean isWorkersFault(Phase phase, Segment segment) {
        if (isDisturbed(segment.worker())) {
            return true;
        }
        Duration taken = Duration.ZERO;
        for (PolicyRun run : exchange.runsInTime(phase)) {
            if (segment.has(run.index())) {
                Behaviour behaviour = run.behaviour();
                taken = taken.plus(behaviour.kind() == Kind.NEVER ? Settings.CALL_TIMEOUT : behaviour.after());
            }
        }
        // The way there and back takes time as well.
        return taken.compareTo(Settings.CALL_TIMEOUT.dividedBy(2)) >= 0;
    }

    private static boolean isPolicysFault(Entry entry, PolicyRun run) {
        return run.behaviour().kind().isFailure() || isLate(entry, run);
    }

    /** Returns whether its time may have been up: its own, or that of its call, which the way there and back shortens. */
    private static boolean isLate(Entry entry, PolicyRun run) {
        Duration own = entry.timeout() == null ? POLICY_TIMEOUT : entry.timeout();
        Duration ofCall = Settings.CALL_TIMEOUT.dividedBy(2);
        Duration limit = own.compareTo(ofCall) < 0 ? own : ofCall;
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

    /** What follows the failure of an entry: its rule, unless a message may have brought the failure about. */
    private static OnFailure rule(Entry entry, PolicyRun run) {
        if (!isLate(entry, run) && run.behaviour().kind() != Kind.FAIL) {
            return OnFailure.DENY;
        }
        return entry.onFailure() == null ? OnFailure.DENY : entry.onFailure();
    }

    private OnFailure workerRule(Segment segment) {
        return segment.rule(configuration.settings().failsOpen(segment.worker()) ? OnFailure.CONTINUE : OnFailure.DENY);
    }

    private List<Entry> chain(Phase phase) {
        return configuration.chain(phase).entries();
    }

    private List<Segment> segments(Phase phase) {
        return Segment.of(configuration.chain(phase));
    }

    private Segment segmentOf(Phase phase, int index) {
        return segments(phase).stream()
                .filter(segment -> segment.has(index))
                .findFirst()
                .orElseThrow();
    }
}
