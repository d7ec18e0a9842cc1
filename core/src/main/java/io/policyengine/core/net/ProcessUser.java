package io.policyengine.core.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The user that this process runs as. */
public final class ProcessUser {
    /** The uid of root, which bypasses permission checks. */
    public static final int ROOT = 0;

    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessUser() {}

    /** The effective uid of this process, as peers of Unix sockets see it (unix(7): SO_PEERCRED). */
    public static int uid() {
        return Known.UID;
    }

    /** Holds the uid of the process. It is read only once, because a JVM never changes its user. */
    private static final class Known {
        static final int UID = readBlocking();

        private static int readBlocking() {
            try {
                return effectiveUid(Files.readAllLines(STATUS));
            } catch (NoSuchFileException notLinux) {
                return ofNewFileBlocking();
            } catch (IOException failed) {
                throw new IllegalStateException("cannot determine which user the process runs as", failed);
            }
        }

        private static int ofNewFileBlocking() {
            try {
                Path file = Files.createTempFile("policy-engine", null);
                try {
                    return (Integer) Files.getAttribute(file, "unix:uid");
                } finally {
                    Files.delete(file);
                }
            } catch (IOException failed) {
                throw new IllegalStateException("cannot determine which user the process runs as", failed);
            }
        }
    }

    /**
     * Returns the effective uid from the lines of a process's status (proc_pid_status(5)). The line {@code Uid} lists
     * the real, effective, saved and file system uid.
     */
    static int effectiveUid(List<String> status) throws IOException {
        for (String line : status) {
            if (line.startsWith("Uid:")) {
                return Integer.parseInt(line.split("\\s+", -1)[2]);
            }
        }
        throw new IOException(STATUS + " names no uid");
    }
}
