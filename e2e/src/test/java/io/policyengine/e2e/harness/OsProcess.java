package io.policyengine.e2e.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process of the operating system whose output goes to a file. */
public final class OsProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 45;

    /** A line of jcmd's GC.class_histogram: number, instances, bytes, class. */
    private static final Pattern HISTOGRAM_LINE = Pattern.compile(" *[0-9]+: +[0-9]+ +([0-9]+) +(.*)");

    private final String name;
    private final Process process;
    private final Path log;

    private OsProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a process in a folder of its own log.
     *
     * @param environment changes to this process' own; an empty value removes the variable
     */
    public static OsProcess start(String name, List<String> command, Map<String, String> environment) {
        try {
            Path log = Files.createTempFile("pe-" + name + "-", ".log");
            ProcessBuilder builder = new ProcessBuilder(withDefaultSignals(command))
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            builder.environment().values().removeIf(String::isEmpty);
            return new OsProcess(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** Signals that whoever started the tests ignores (nohup ignores SIGHUP) would be ignored by the process too. */
    private static List<String> withDefaultSignals(List<String> command) {
        return Stream.concat(Stream.of("env", "--default-signal=HUP,INT,TERM"), command.stream())
                .toList();
    }

    /** Everything it has said so far. */
    public List<String> lines() {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything it has said so far. */
    public String output() {
        return String.join("\n", lines());
    }

    /** Fails with its output if it has ended. */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw new AssertionError(name + " ended with " + process.exitValue() + ":\n" + output());
        }
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Most bytes of memory that it has had resident so far (proc_pid_status(5): VmHWM). */
    public long peakMemory() {
        return memory("VmHWM:");
    }

    /** Nanoseconds of processor time that it has used so far. */
    public long cpuNanos() {
        return process.toHandle().info().totalCpuDuration().orElseThrow().toNanos();
    }

    /** Bytes of memory that it has resident (proc_pid_status(5): VmRSS). */
    public long residentMemory() {
        return memory("VmRSS:");
    }

    private long memory(String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            String line =
                    lines.filter(each -> each.startsWith(field)).findFirst().orElseThrow();
            return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many file descriptors it has open. */
    public int openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return (int) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of its heap that are in use after a full collection, without those that the collector itself fills gaps with. */
    public long liveHeap() {
        try {
            Process histogram = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                            Long.toString(pid()),
                            "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            try (var lines = histogram.inputReader()) {
                long bytes = lines.lines()
                        .map(HISTOGRAM_LINE::matcher)
                        .filter(Matcher::matches)
                        .filter(line -> !line.group(2).contains("jdk.internal.vm.Filler"))
                        .mapToLong(line -> Long.parseLong(line.group(1)))
                        .sum();
                if (bytes == 0) {
                    throw new IllegalStateException("jcmd knows no heap of " + name);
                }
                return bytes;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL, and waits for the end. */
    public void kill() {
        process.destroyForcibly();
        exitCode();
    }

    /** Any other signal. */
    public void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the end. */
    public int exitCode() {
        return exitCodeWithin(PATIENCE_SECONDS);
    }

    /** Waits for the end of what takes longer than others. */
    public int exitCodeWithin(long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new AssertionError(name + " does not end:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it by force and removes its log. */
    @Override
    public void close() {
        kill();
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
