package io.policyengine.e2e.attack;

import io.policyengine.e2e.attack.AttackReport.Row;
import io.policyengine.e2e.attack.GoodClient.Sample;
import io.policyengine.e2e.harness.Eventually;
import java.util.List;
import java.util.stream.Stream;

/** One attack after another on one engine, and what the good client and the engine's memory were like. */
final class Campaign {
    /** Requests of the good client that may be under way when it is asked what is held. */
    private static final int UNDER_WAY = 8;

    private final Target target;
    private final MemoryWatch memory;
    private final Holdings before;
    private final int calmRequests;
    private final AttackReport report = new AttackReport();
    private Sample calm;

    /**
     * A campaign on a target that is at rest.
     *
     * @param calmRequests requests of the good client before and after each attack, by which it is compared
     */
    Campaign(Target target, MemoryWatch memory, int calmRequests) {
        this.target = target;
        this.memory = memory;
        this.calmRequests = calmRequests;
        this.before = Holdings.of(target.stack());
        target.good().take();
        this.calm = quiet();
    }

    private Sample quiet() {
        target.good().awaitMore(calmRequests);
        return target.good().take();
    }

    /** Makes an attack, and waits until what it took is given back. */
    void make(Attack attack) throws Exception {
        AttackStack stack = target.stack();
        Sample quiet = calm;
        long refusedBefore = stack.refusedByEnvoy();
        memory.take();
        long refused = attack.assault().on(target);
        Sample during = target.good().take();
        long peak = memory.take();
        String kept = awaitGivenBack(stack);
        Sample recovering = target.good().take();
        calm = quiet();
        List<Sample> samples = List.of(during, recovering, calm);
        report.add(new Row(
                attack.name(),
                quiet.p99(),
                during.p99(),
                calm.p99(),
                samples.stream().mapToInt(Sample::requests).sum(),
                samples.stream().flatMap(sample -> sample.lost().stream()).toList(),
                peak,
                refused + stack.refusedByEnvoy() - refusedBefore,
                kept));
    }

    private String awaitGivenBack(AttackStack stack) {
        stack.engine().process().requireAlive();
        try {
            Eventually.isTrue("all is given back", () -> Holdings.of(stack).isNoMoreThan(before, UNDER_WAY));
            return "";
        } catch (AssertionError kept) {
            return "not given back: " + Holdings.of(stack) + ", before: " + before;
        }
    }

    /** Ends the good client; requests of it that were lost at the end. */
    List<String> end() {
        List<String> lost = target.good().stop().lost();
        Eventually.isTrue("nothing is held", () -> Holdings.of(target.stack()).isNoMoreThan(before, 0));
        return Stream.concat(calm.lost().stream(), lost.stream()).toList();
    }

    AttackReport report() {
        return report;
    }
}
