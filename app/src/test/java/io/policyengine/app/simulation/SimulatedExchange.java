package io.policyengine.app.simulation;

import io.policyengine.core.policy.Phase;
import io.policyengine.testkit.envoy.SimResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is seen of one exchange from outside: which policies were called, and what client and upstream got. */
final class SimulatedExchange {
    /** The header field by which policies tell exchanges apart. */
    static final String NUMBER = "x-exchange";

    final int number;
    final long beganNanos;
    final List<PolicyRun> runs = new ArrayList<>();
    long endedNanos;
    boolean hungUp;

    @Nullable
    SimResult result;

    SimulatedExchange(int number, long beganNanos) {
        this.number = number;
        this.beganNanos = beganNanos;
    }

    /** All that were called in a phase. */
    List<PolicyRun> runs(Phase phase) {
        return runs.stream().filter(run -> run.phase() == phase).toList();
    }

    /** Those that were called before the client had its answer: a replica that stood still may run a call in vain. */
    List<PolicyRun> runsInTime(Phase phase) {
        return runs.stream()
                .filter(run -> run.phase() == phase && run.atNanos() <= endedNanos)
                .toList();
    }
}
