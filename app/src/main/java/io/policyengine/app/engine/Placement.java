package io.policyengine.app.engine;

import io.policyengine.core.config.WorkerEndpointConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The place where a kernel's workers run. */
public enum Placement {
    /** Workers without a socket in the kernel's process, the others are connected to. */
    AS_CONFIGURED,
    /** All in the kernel's process. */
    EMBEDDED,
    /** All workers run in processes of their own. */
    CONNECTED;

    /** True if this worker runs in the kernel's process. */
    boolean isEmbedded(WorkerEndpointConfig worker) {
        return this == EMBEDDED || worker.socketPath() == null;
    }

    /** The reason why the workers cannot be placed so, or null. */
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

    /** The reason why these workers cannot all be embedded, or null. All embedded workers have the policies of this program. */
    public static @Nullable String embeddedTwice(List<WorkerEndpointConfig> embedded) {
        return embedded.size() < 2
                ? null
                : "workers '" + embedded.get(0).name() + "' and '"
                        + embedded.get(1).name()
                        + "' would both be embedded and so declare the same policies, but a policy belongs to one worker:"
                        + " leave one of them out, or give it a socket_path.";
    }
}
