package io.policyengine.app.envoy.check;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.ExternalProgram;
import io.policyengine.kernel.trust.PatchRelease;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An Envoy program on this machine, which validates configuration files. */
record EnvoyBinary(Path program, Duration limit) {
    private static final ExternalProgram PROGRAM = new ExternalProgram("ENVOY_BIN", List.of("envoy"));

    /** Time limit of each run of Envoy by {@code envoy-config --check}. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Maximum bytes of output that {@code envoy-config --check} reads from a run of Envoy. */
    private static final int MAX_OUTPUT = 1 << 20;

    EnvoyBinary(Path program) {
        this(program, LIMIT);
    }

    /** The result of Envoy's validation of a file. */
    record Verdict(boolean isValid, List<String> messages) {}

    /**
     * Returns the program that {@code ENVOY_BIN} names, otherwise the first {@code envoy} in {@code PATH}.
     *
     * @throws CommandFailure if {@code ENVOY_BIN} names no program
     */
    static Optional<EnvoyBinary> findBlocking(Function<String, @Nullable String> environment) {
        return PROGRAM.findBlocking(environment, CommandFailure::usage).map(EnvoyBinary::new);
    }

    /** Returns the release that the program reports; empty if it reports none. */
    Optional<PatchRelease> releaseBlocking() {
        return runBlocking("--version").messages().stream()
                .map(PatchRelease::in)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Lets Envoy validate a bootstrap file. */
    Verdict validateBlocking(Path file) {
        return runBlocking(
                "--mode", "validate", "--config-path", file.toAbsolutePath().toString(), "--log-level", "error");
    }

    private Verdict runBlocking(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            Thread timer = Thread.ofVirtual().start(() -> endBlocking(process));
            try (InputStream out = process.getInputStream()) {
                String text = new String(out.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
                if (out.read() >= 0) {
                    kill(process);
                }
                int exitCode = process.waitFor();
                List<String> messages = text.isBlank()
                        ? List.of("exit code " + exitCode)
                        : text.strip().lines().toList();
                return new Verdict(exitCode == 0, messages);
            } finally {
                timer.interrupt();
            }
        } catch (IOException e) {
            throw CommandFailure.failed(program + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }

    private void endBlocking(Process process) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
            }
        } catch (InterruptedException _) {
            // The process has ended in time.
        }
    }

    /** Kills the program and the processes that it has started, which would otherwise keep its output open. */
    private static void kill(Process process) {
        List<ProcessHandle> started = process.descendants().toList();
        process.toHandle().destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }
}
