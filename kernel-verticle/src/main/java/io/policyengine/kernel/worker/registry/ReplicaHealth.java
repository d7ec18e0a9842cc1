package io.policyengine.kernel.worker.registry;

import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.worker.life.HealthEvent;
import io.policyengine.kernel.worker.life.HealthState;
import io.policyengine.kernel.worker.life.HealthTransition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The health of a replica on one connection. Only {@link HealthChecks} changes it. */
final class ReplicaHealth {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.replica");

    private HealthState state = HealthState.WELL;
    private String said = "";
    private int missed;
    private boolean checking;

    HealthTransition.Action take(HealthEvent event) {
        LOG.atTrace()
                .addKeyValue(LogFields.STATE, state)
                .addKeyValue(LogFields.EVENT, event)
                .log("the health of a replica processes an event");
        HealthTransition step = HealthTransition.of(state, event);
        state = step.next();
        return step.action();
    }

    boolean isWell() {
        return state == HealthState.WELL;
    }

    /** Returns the human-readable reason why the replica is unavailable; empty if it is available. */
    String unavailableReason() {
        return switch (state) {
            case WELL -> "";
            case SILENT -> "it does not answer health checks";
            case NOT_SERVING -> said;
        };
    }

    /** Begins a health check. Returns false if one is already in progress. */
    boolean begin() {
        boolean begins = !checking;
        checking = true;
        return begins;
    }

    /** Records the answer to a check, with a human-readable message. */
    void answered(String message) {
        checking = false;
        missed = 0;
        said = message;
    }

    /** Records an unanswered check. Returns the number of consecutive unanswered checks. */
    int unanswered() {
        checking = false;
        return ++missed;
    }

    int missed() {
        return missed;
    }
}
