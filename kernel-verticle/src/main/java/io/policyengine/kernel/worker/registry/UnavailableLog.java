package io.policyengine.kernel.worker.registry;

import io.policyengine.core.log.LogFields;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log why replicas cannot be used: each reason once, until the replica can be called again. Holds a reason for each replica
 * that a configuration needs. Belongs to the registry's event loop.
 */
final class UnavailableLog {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerRegistry.class);

    private final Map<RegisteredReplica, String> told = new HashMap<>();

    /** A connection has ended. If it was lost, that is told elsewhere: as a replica that can no longer be called. */
    void ended(RegisteredReplica replica, Ending ending) {
        String why = ending.reason();
        if (why.equals(told.get(replica)) || why.equals(new Ending.Lost().reason())) {
            return;
        }
        told.put(replica, why);
        switch (ending) {
            case Ending.Refused _, Ending.RefusesKernel _ ->
                LOG.atError()
                        .addKeyValue(LogFields.WORKER_NAME, replica.worker())
                        .addKeyValue(LogFields.SEVERITY, "critical")
                        .log("worker at {} is refused: {}", replica.address(), why);
            case Ending.Lost _, Ending.LostInPreparation _, Ending.NotReached _, Ending.NotPrepared _ ->
                LOG.atWarn()
                        .addKeyValue(LogFields.WORKER_NAME, replica.worker())
                        .log("worker at {} cannot be used: {}", replica.address(), why);
        }
    }

    /** It can be called: whatever goes wrong next is news. */
    void callable(RegisteredReplica replica) {
        told.remove(replica);
    }

    /** No configuration needs it any more. */
    void forget(RegisteredReplica replica) {
        told.remove(replica);
    }
}
