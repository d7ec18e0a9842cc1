package io.policyengine.app.engine;

import io.policyengine.core.config.WorkerEndpointConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The choice of processes for the workers of a kernel. */
public enum Placement {
    /** Workers with a configured socket run in separate processes, all other workers in the kernel's process. */
    AS_CONFIGURED,
    /** All workers run in the kernel's process. */
    EMBEDDED,
    /** All workers run in separate processes. */
    CONNECTED;

    boolean isEmbedded(WorkerEndpointConfig worker) {
        return this == EMBEDDED || worker.socketPath() == null;
    }

    /** Returns the reason why this placement is impossible for the workers, or null. */
    @Nullable
    String mismatch(List<WorkerEndpointConfig> workers) {
        List<WorkerEndpointConfig> embedded =
                workers.stream().filter(this::isEmbedded).toList();
        return this == CONNECTED && !embedded.isEmpty()
                ? "worker '" + embedded.getFirst().name()
                        + "' has no socket_path in kernel.yaml, or says embedded: true. `kernel` runs no policies in its own"
                        + " process: set its socket_path and start `worker`, or use `run`."
                : embeddedTwice(embedded);
    }

    /**
     * Returns the reason why these workers cannot all be embedded, or null. Each embedded worker declares all policies
     * of this program, so two of them would conflict.
     */
    public static @Nullable String embeddedTwice(List<WorkerEndpointConfig> embedded) {
        return embedded.size() < 2
                ? null
                : "workers '" + embedded.get(0).name() + "' and '"
                        + embedded.get(1).name()
                        + "' would both be embedded and so declare the same policies, but a policy belongs to one worker:"
                        + " leave one of them out, or give it a socket_path.";
    }
}
