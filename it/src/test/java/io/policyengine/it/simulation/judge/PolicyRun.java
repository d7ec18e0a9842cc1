package io.policyengine.it.simulation.judge;

import io.policyengine.core.policy.Phase;
import io.policyengine.it.simulation.world.Behaviour;
import io.policyengine.it.simulation.world.Stamp;
import java.util.List;

/**
 * A policy was called.
 *
 * @param seen the stamps that were on the message
 * @param replica where it ran
 */
public record PolicyRun(Stamp stamp, List<Stamp> seen, Behaviour behaviour, String replica, long atNanos) {
    Phase phase() {
        return stamp.phase();
    }

    int index() {
        return stamp.index();
    }

    @Override
    public String toString() {
        return stamp + " in " + replica + " saw " + seen + ", will " + behaviour.kind() + " after "
                + behaviour.after().toNanos() / 1e6 + " ms";
    }
}
