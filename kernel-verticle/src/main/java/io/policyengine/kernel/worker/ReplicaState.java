package io.policyengine.kernel.worker;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.WorkerControl;
import org.jspecify.annotations.Nullable;

/** What the registry knows of one replica. Belongs to the registry's event loop. */
final class ReplicaState {
    final Worker worker;
    final Replica replica;
    final WorkerEndpointConfig config;

    /** Null while it is not connected. */
    @Nullable
    WorkerControl control;
    /** Its declaration was accepted. */
    boolean accepted;
    /** The chains of all live generations are prepared in it. */
    boolean prepared;
    /** Health checks that failed in a row. */
    int missedChecks;
    /** It says that it takes calls. */
    boolean serving;
    /** Attempts to connect that failed in a row. */
    int failedConnects;
    /** Why it cannot be called, for people. */
    String trouble = "not connected yet";

    ReplicaState(Worker worker, Replica replica, WorkerEndpointConfig config) {
        this.worker = worker;
        this.replica = replica;
        this.config = config;
    }

    boolean isCallable() {
        return control != null && accepted && prepared && serving && missedChecks < config.unhealthyThreshold();
    }

    void disconnected(String why) {
        control = null;
        accepted = false;
        prepared = false;
        serving = false;
        missedChecks = 0;
        trouble = why;
    }
}
