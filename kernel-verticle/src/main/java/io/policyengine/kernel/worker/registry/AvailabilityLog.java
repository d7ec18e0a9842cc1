package io.policyengine.kernel.worker.registry;

import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs when a worker or a replica becomes available or unavailable. */
final class AvailabilityLog {
    private static final Logger LOG = LoggerFactory.getLogger(AvailabilityLog.class);

    private AvailabilityLog() {}

    /** Logs a line if the replica or its worker has become available or unavailable. */
    static void changed(Worker worker, List<Replica> before, RegisteredReplica changed) {
        List<Replica> now = worker.available();
        boolean came = now.contains(changed.replica());
        if (before.contains(changed.replica()) == came) {
            return;
        }
        String what = (came ? before : now).isEmpty() ? "worker" : "a replica of the worker";
        if (came) {
            LOG.atInfo()
                    .addKeyValue(LogFields.WORKER_NAME, worker.name())
                    .addKeyValue(LogFields.REPLICA, changed.address())
                    .log("{} can be called", what);
        } else {
            LOG.atWarn()
                    .addKeyValue(LogFields.WORKER_NAME, worker.name())
                    .addKeyValue(LogFields.REPLICA, changed.address())
                    .addKeyValue(LogFields.REASON, changed.unavailableReason())
                    .log("{} can no longer be called", what);
        }
    }
}
