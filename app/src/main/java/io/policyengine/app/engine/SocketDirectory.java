package io.policyengine.app.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The directory of the worker sockets whose configured paths are relative. Kernels and workers of one user find the
 * same directory, whichever starts first.
 */
record SocketDirectory(Path path) {
    private static final String NAME = "policy-engine";
    private static final String BESIDE_STATE = "run";
    private static final Path SYSTEM = Path.of("/run", NAME);

    /** Finds the directory for this process. */
    static SocketDirectory ofProcessBlocking() {
        return findBlocking(SYSTEM, System::getenv);
    }

    /**
     * Returns the first usable directory: the system's, the one of the user's session, or the one beside the user's
     * state. If none is usable, returns the system's. The directory may not exist yet.
     */
    static SocketDirectory findBlocking(Path system, Function<String, @Nullable String> environment) {
        List<Path> candidates = new ArrayList<>(List.of(system));
        Path session = absolute(environment.apply("XDG_RUNTIME_DIR"));
        if (session != null && Files.isDirectory(session)) {
            candidates.add(session.resolve(NAME));
        }
        Path state = absolute(environment.apply("XDG_STATE_HOME"));
        Path home = absolute(environment.apply("HOME"));
        if (state != null) {
            candidates.add(state.resolve(NAME).resolve(BESIDE_STATE));
        } else if (home != null) {
            candidates.add(home.resolve(".local/state").resolve(NAME).resolve(BESIDE_STATE));
        }
        return new SocketDirectory(candidates.stream()
                .filter(SocketDirectory::isUsable)
                .findFirst()
                .orElse(system));
    }

    private static @Nullable Path absolute(@Nullable String text) {
        return text != null && text.startsWith("/") ? Path.of(text) : null;
    }

    /** Returns whether this process can write to the directory, or can create it if it does not exist. */
    private static boolean isUsable(Path directory) {
        Path existing = directory;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
    }

    /** Returns the path of a socket. An absolute path is returned unchanged. */
    String resolve(String socketPath) {
        return path.resolve(socketPath).toString();
    }
}
