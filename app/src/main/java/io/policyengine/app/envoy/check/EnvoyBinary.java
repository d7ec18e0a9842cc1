package io.policyengine.app.envoy.check;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.ExternalProgram;
import io.policyengine.app.envoy.check.EnvoyReleases.Release;
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

/** An Envoy program of this machine, which judges a file itself. */
record EnvoyBinary(Path program, Duration limit) {
    private static final ExternalProgram PROGRAM = new ExternalProgram("ENVOY_BIN", List.of("envoy"));

    /** The time limit of a run of Envoy that {@code envoy-config --check} asks. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Maximum bytes of the output of an Envoy that {@code envoy-config --check} asks. */
    private static final int MAX_OUTPUT = 1 << 20;

    EnvoyBinary(Path program) {
        this(program, LIMIT);
    }

    /** The result of a run. */
    record Verdict(boolean isValid, List<String> messages) {}

    /**
     * Returns the program that {@code ENVOY_BIN} names, otherwise the first {@code envoy} in {@code PATH}.
     *
     * @throws CommandFailure if {@code ENVOY_BIN} names no program
     */
    static Optional<EnvoyBinary> findBlocking(Function<String, @Nullable String> environment) {
        return PROGRAM.findBlocking(environment, CommandFailure::usage).map(EnvoyBinary::new);
    }

    /** Returns the release that the program reports, if it does. */
    Optional<Release> releaseBlocking() {
        return runBlocking("--version").messages().stream()
                .map(Release::in)
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

    /** Kills the program with those that it has started, which would keep its output open. */
    private static void kill(Process process) {
        List<ProcessHandle> started = process.descendants().toList();
        process.toHandle().destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }
}
