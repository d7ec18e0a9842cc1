package io.policyengine.kernel.worker.registry;

import io.policyengine.core.log.LogFields;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs why replicas are unavailable. Each reason is logged once until the replica is available again. Holds one reason
 * for each needed replica. Confined to the registry's event loop.
 */
final class UnavailableLog {
    private static final Logger LOG = LoggerFactory.getLogger(UnavailableLog.class);

    private final Map<RegisteredReplica, String> told = new HashMap<>();

    /** Logs the end of a connection, except a loss of the connection, which is logged elsewhere. */
    void ended(RegisteredReplica replica, ConnectionEnd ending) {
        String why = ending.reason();
        if (why.equals(told.get(replica)) || why.equals(new ConnectionEnd.Lost().reason())) {
            return;
        }
        told.put(replica, why);
        switch (ending) {
            case ConnectionEnd.Refused _, ConnectionEnd.RefusesKernel _ ->
                LOG.atError()
                        .addKeyValue(LogFields.WORKER_NAME, replica.worker())
                        .addKeyValue(LogFields.SEVERITY, "critical")
                        .log("worker at {} is refused: {}", replica.address(), why);
            case ConnectionEnd.Lost _,
                    ConnectionEnd.LostInPreparation _,
                    ConnectionEnd.NotReached _,
                    ConnectionEnd.NotPrepared _ ->
                LOG.atWarn()
                        .addKeyValue(LogFields.WORKER_NAME, replica.worker())
                        .log("worker at {} cannot be used: {}", replica.address(), why);
        }
    }

    /** Records that a replica is available, so that its next problem is logged again. */
    void callable(RegisteredReplica replica) {
        told.remove(replica);
    }

    void forget(RegisteredReplica replica) {
        told.remove(replica);
    }
}
