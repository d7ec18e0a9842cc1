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
    /** All workers run in separate processes; a worker without a configured socket listens on the default one. */
    CONNECTED;

    boolean isEmbedded(WorkerEndpointConfig worker) {
        return switch (this) {
            case AS_CONFIGURED -> worker.socketPath() == null;
            case EMBEDDED -> true;
            case CONNECTED -> worker.embedded();
        };
    }

    /** Returns the reason why this placement is impossible for the workers, or null. */
    @Nullable
    String mismatch(List<WorkerEndpointConfig> workers) {
        List<WorkerEndpointConfig> embedded =
                workers.stream().filter(this::isEmbedded).toList();
        return switch (this) {
            case AS_CONFIGURED, EMBEDDED -> embeddedTwice(embedded);
            case CONNECTED ->
                embedded.isEmpty()
                        ? onDefaultSocketTwice(workers)
                        : "worker '" + embedded.getFirst().name()
                                + "' says embedded: true in kernel.yaml. `kernel` runs no policies in its own process:"
                                + " remove the key and start `worker`, or use `run`.";
        };
    }

    private static @Nullable String onDefaultSocketTwice(List<WorkerEndpointConfig> workers) {
        List<String> names = workers.stream()
                .filter(worker -> worker.socketPath() == null)
                .map(WorkerEndpointConfig::name)
                .toList();
        return names.size() < 2
                ? null
                : "workers '" + names.get(0) + "' and '" + names.get(1)
                        + "' have no socket_path in kernel.yaml, but only one worker can listen on the default socket:"
                        + " set their socket_path there and in their own files.";
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
