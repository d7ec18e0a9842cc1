package io.policyengine.testkit.scanner;

import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A scanner process with its own directory. It can be killed, suspended, and restarted on the same port. */
public abstract sealed class ScannerProcess implements AutoCloseable permits ClamdServer, CIcapServer {
    private final Path folder;
    private final int port;
    private @Nullable Process process;

    ScannerProcess(String name) throws IOException {
        this.folder = Files.createTempDirectory(name);
        this.port = FreePort.next();
    }

    /** Starts the process and waits until it answers. */
    final void begin() {
        try {
            Process started = launch(prepare(folder, port));
            process = started;
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            awaitUp(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the files that the process needs and returns its command. Called before each start. */
    abstract List<String> prepare(Path into, int onPort) throws IOException;

    abstract boolean answers();

    private Process launch(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()))
                .start();
    }

    private void awaitUp(Process started) throws IOException {
        Await.until(this + " answers or ends", () -> !started.isAlive() || answers());
        if (!started.isAlive()) {
            throw new IllegalStateException(this + " does not start: " + Files.readString(folder.resolve("out")));
        }
    }

    static String program(String variable, String name) {
        String named = System.getenv(variable);
        return named != null
                ? named
                : Stream.concat(Arrays.stream(System.getenv("PATH").split(":")), Stream.of("/usr/sbin"))
                        .map(place -> Path.of(place, name))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElseThrow(
                                () -> new IllegalStateException("there is no " + name + ": scripts/clamd installs it"))
                        .toString();
    }

    Path folder() {
        return folder;
    }

    int port() {
        return port;
    }

    /** Returns the address in the form that policies accept. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Kills the process and its descendants, and waits until the process has ended. */
    public void kill() {
        Process running = Objects.requireNonNull(process);
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
        Await.until(this + " has ended", () -> !running.isAlive());
    }

    public void restart() {
        kill();
        begin();
    }

    /** Suspends the process: its connections stay open, but it answers nothing. */
    public void hang() {
        signal("STOP");
    }

    /** Resumes the suspended process. */
    public void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        Process running = Objects.requireNonNull(process);
        List<String> pids = Stream.concat(Stream.of(running.toHandle()), running.descendants())
                .map(each -> String.valueOf(each.pid()))
                .toList();
        try {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + String.join(" ", pids))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
