package io.policyengine.app.demo;

import io.policyengine.app.command.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Child processes, each with its own log file. They end when this process exits, except by SIGKILL. */
final class ChildProcesses implements AutoCloseable {
    /** Maximum time to wait for an event of a child process of the demo, such as the end of its start. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final long LOOK_AGAIN_MS = 50;
    private static final int LAST_LINES = 12;

    private final Path logs;
    private final List<Process> started = new CopyOnWriteArrayList<>();

    ChildProcesses(Path logs) {
        this.logs = logs;
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
    }

    record Child(String name, Process process, Path log) {
        String lastWords() {
            List<String> lines = lines();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        }

        List<String> lines() {
            try (Stream<String> lines = Files.lines(log)) {
                return lines.toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Starts this program again as another process with the same JVM options. */
    Child startEngine(String name, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.policyengine.app.start.Start"));
        command.addAll(arguments);
        return start(name, command);
    }

    Child start(String name, List<String> command) {
        return start(name, command, Path.of("").toAbsolutePath());
    }

    Child start(String name, List<String> command, Path folder) {
        Path log = logs.resolve(name + ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            started.add(process);
            return new Child(name, process, log);
        } catch (IOException e) {
            throw CommandFailure.failed(name + " cannot be started: " + e.getMessage());
        }
    }

    /**
     * Polls until {@code look} returns a value other than null.
     *
     * @param what the awaited event, for error messages
     * @throws CommandFailure if the process ends first, or the time runs out
     */
    <T> T awaitBlocking(Child child, String what, Supplier<@Nullable T> look) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            T found = look.get();
            if (found != null) {
                return found;
            }
            if (!child.process().isAlive()) {
                throw failure(child, "ended with exit code " + child.process().exitValue());
            }
            if (System.nanoTime() - deadline > 0) {
                throw failure(child, what + " took more than " + PATIENCE.toSeconds() + " s");
            }
            pause();
        }
    }

    private static CommandFailure failure(Child child, String why) {
        return CommandFailure.failed(
                child.name() + ": " + why + ". The end of its log (" + child.log() + "):\n" + child.lastWords());
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MS);
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }

    /** Ends all processes, the last started first. Processes still running after {@link #GRACE} are killed. */
    @Override
    public void close() {
        started.reversed().forEach(Process::destroy);
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (Process process : started.reversed()) {
            try {
                if (!process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
    }
}
