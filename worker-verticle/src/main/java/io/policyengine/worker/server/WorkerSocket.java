package io.policyengine.worker.server;

import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.net.PeerCheck;
import io.policyengine.core.net.UnixSocket;
import org.jspecify.annotations.Nullable;

/**
 * The Unix domain socket of a worker.
 *
 * @param file its path and permissions
 * @param kernel check of the user that a connecting process runs as
 */
public record WorkerSocket(UnixSocket file, PeerCheck kernel) {
    private static final String GROUP_MODE = "0660";

    /** Returns a socket for kernels that run as this process's user, with file mode 0600. */
    public static WorkerSocket ownersOnly(String path) {
        return of(path, null, null);
    }

    /** Returns the socket of a worker at this path, with the configured access rights. */
    public static WorkerSocket of(WorkerCoreConfig config, String path) {
        return of(path, config.socketGroup(), config.kernelUid());
    }

    /**
     * Returns a socket that accepts only processes of this process's user and of root, regardless of the file's
     * permissions.
     */
    public static WorkerSocket ofThisProcess(UnixSocket file) {
        return new WorkerSocket(file, peer(file.path().toString(), null));
    }

    private static WorkerSocket of(String path, @Nullable String group, @Nullable Integer kernelUid) {
        UnixSocket file = group == null
                ? UnixSocket.ownersOnly(path)
                : UnixSocket.withMode(path, GROUP_MODE).withGroup(group);
        return new WorkerSocket(file, peer(path, kernelUid));
    }

    private static PeerCheck peer(String path, @Nullable Integer kernelUid) {
        return PeerCheck.of(kernelUid, "a process that connects to " + path, "'worker_core.kernel_uid'");
    }
}
