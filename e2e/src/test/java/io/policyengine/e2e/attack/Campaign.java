package io.policyengine.e2e.attack;

import io.policyengine.e2e.attack.AttackReport.Row;
import io.policyengine.e2e.attack.GoodClient.Sample;
import io.policyengine.e2e.harness.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One attack after another on one engine, and what the good client and the engine's memory were like. */
final class Campaign {
    /** Requests of the good client that may be under way when it is asked what is held. */
    private static final int UNDER_WAY = 8;

    private final Target target;
    private final MemoryWatch memory;
    private final Holdings before;
    private final int calmRequests;
    private final AttackReport report;

    /** Requests of the good client that were lost when nobody attacked. */
    private final List<String> lostInCalm = new ArrayList<>();

    private Sample calm;

    /**
     * A campaign on a target that is at rest.
     *
     * @param calmRequests requests of the good client before and after each attack, by which it is compared
     */
    Campaign(Target target, MemoryWatch memory, int calmRequests, AttackReport report) {
        this.target = target;
        this.memory = memory;
        this.calmRequests = calmRequests;
        this.report = report;
        this.before = Holdings.of(target.stack());
        target.good().take();
        awaitCalm();
    }

    private void awaitCalm() {
        calm = quiet();
        lostInCalm.addAll(calm.lost());
    }

    private Sample quiet() {
        target.good().awaitMore(calmRequests);
        return target.good().take();
    }

    /** Makes all of them, for as long as the engine lives: one that cannot be made ends none of the others. */
    void make(List<Attack> attacks) {
        make(attacks, _ -> Optional.empty());
    }

    /** Likewise, and those that are sent to Envoy once more without the engine. */
    void make(List<Attack> attacks, Control control) {
        make(attacks, attack -> attack.byEnvoy() ? withoutEngine(attack, control) : Optional.empty());
    }

    private void make(List<Attack> attacks, Function<Attack, Optional<Sample>> withoutEngine) {
        for (Attack attack : attacks) {
            if (target.stack().engine().process().isAlive()) {
                try {
                    make(attack, withoutEngine);
                } catch (RuntimeException | AssertionError failure) {
                    report.unmade(attack, failure);
                }
            }
        }
    }

    /** Makes an attack, and waits until what it took is given back. */
    private void make(Attack attack, Function<Attack, Optional<Sample>> withoutEngine) {
        AttackStack stack = target.stack();
        Sample quiet = calm;
        long refusedBefore = stack.refusedByEnvoy();
        memory.take();
        Outcome outcome = on(attack);
        Sample during = target.good().take();
        long peak = memory.take();
        String kept = awaitGivenBack(stack);
        Sample recovering = target.good().take();
        Sample after = quiet();
        long refused = outcome.refused() + stack.refusedByEnvoy() - refusedBefore;
        calm = after;
        List<Sample> samples = List.of(during, recovering, after);
        report.add(new Row(
                attack.name(),
                quiet.p99(),
                withoutEngine.apply(attack),
                during.p99(),
                after.p99(),
                samples.stream().mapToInt(Sample::requests).sum(),
                samples.stream().flatMap(sample -> sample.lost().stream()).toList(),
                peak,
                refused,
                Stream.of(outcome.problem(), kept)
                        .filter(problem -> !problem.isEmpty())
                        .collect(Collectors.joining("; "))));
    }

    /**
     * What came of an attack.
     *
     * @param refused as the attackers counted it
     * @param problem why it was not made to its end; empty if it was
     */
    private record Outcome(long refused, String problem) {}

    private Outcome on(Attack attack) {
        try {
            return new Outcome(attack.assault().on(target), "");
        } catch (Exception | AssertionError failure) {
            return new Outcome(0, "was not made to its end: " + failure);
        } finally {
            target.sockets().closeWaves();
        }
    }

    /** Requests of another good client, to an Envoy without an engine, during the same attack; empty if that cannot be made. */
    private Optional<Sample> withoutEngine(Attack attack, Control control) {
        try {
            return Optional.of(control.make(attack, calmRequests));
        } catch (Exception | AssertionError failure) {
            System.out.println(attack + " without the engine: " + failure);
            return Optional.empty();
        } finally {
            awaitCalm();
        }
    }

    private String awaitGivenBack(AttackStack stack) {
        if (!stack.engine().process().isAlive()) {
            return "the engine has ended";
        }
        try {
            Eventually.isTrue("all is given back", () -> Holdings.of(stack).isNoMoreThan(before, UNDER_WAY));
            return "";
        } catch (AssertionError kept) {
            return "not given back: " + Holdings.of(stack) + ", before: " + before;
        }
    }

    /** Ends the good client; requests of it that were lost at the end. */
    List<String> end() {
        target.good().pause();
        List<String> lost = target.good().take().lost();
        Eventually.isTrue("nothing is held", () -> Holdings.of(target.stack()).isNoMoreThan(before, 0));
        return Stream.concat(lostInCalm.stream(), lost.stream()).toList();
    }

    AttackReport report() {
        return report;
    }
}
