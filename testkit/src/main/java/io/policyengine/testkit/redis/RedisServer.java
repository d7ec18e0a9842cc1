package io.policyengine.testkit.redis;

import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A Redis server on the loopback interface, without persistence. It can be killed, suspended, and restarted on the same
 * port. Its executable is {@code REDIS_SERVER_BIN}, which {@code ./check} sets, or {@code redis-server} on the path.
 */
public final class RedisServer implements AutoCloseable {
    private static final int TRIES = 5;

    private final Path folder;
    private final Path clock;
    private final List<String> options;
    private final int port;
    private final boolean isTls;
    private final List<String> cliOptions = new ArrayList<>();
    private final Kind kind;
    private Process process;

    enum Kind {
        PLAIN,
        /** A Redis server whose clock a test can set. */
        CLOCKED,
        SENTINEL
    }

    private RedisServer(int port, Kind kind, List<String> options) throws IOException {
        this.port = port;
        this.kind = kind;
        this.options = options;
        this.isTls = options.contains("--tls-port");
        this.folder = Files.createTempDirectory("redis");
        this.clock = Files.writeString(folder.resolve("clock"), "+0");
        this.process = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    }

    /**
     * Starts a server with additional options and waits until it is ready.
     *
     * @param options such as {@code --maxmemory 2mb}, as separate words
     */
    public static RedisServer start(String... options) {
        return start(FreePort.next(), Kind.PLAIN, List.of(options));
    }

    /** Starts a server whose clock can be {@linkplain #setClock shifted}, and waits until it is ready. */
    public static RedisServer startWithClock() {
        return start(FreePort.next(), Kind.CLOCKED, List.of());
    }

    static RedisServer start(int port, Kind kind, List<String> options) {
        for (int tries = 1; ; tries++) {
            try {
                RedisServer server = new RedisServer(tries == 1 ? port : FreePort.next(), kind, options);
                if (server.isUp()) {
                    return server;
                }
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (tries == TRIES) {
                throw new IllegalStateException("no Redis server starts with " + options);
            }
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(program()));
        if (kind == Kind.SENTINEL) {
            command.add(Files.writeString(folder.resolve("sentinel.conf"), String.join("\n", options))
                    .toString());
            command.add("--sentinel");
        }
        command.addAll(List.of("--dir", folder.toString(), "--bind", "127.0.0.1", "--protected-mode", "no"));
        command.addAll(List.of(isTls ? "--tls-port" : "--port", String.valueOf(port)));
        if (isTls) {
            command.addAll(List.of("--port", "0"));
        }
        if (kind != Kind.SENTINEL) {
            command.addAll(List.of("--save", "", "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0"));
            for (int i = 0; i < options.size(); i++) {
                if (options.get(i).equals("--tls-port")) {
                    i++;
                } else {
                    command.add(options.get(i));
                }
            }
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        if (kind == Kind.CLOCKED) {
            // Use libc's allocator: jemalloc reads the time while libfaketime starts, and would hang.
            builder.environment().put("LD_PRELOAD", fakeTime() + " libc.so.6");
            builder.environment().put("FAKETIME_TIMESTAMP_FILE", clock.toString());
            builder.environment().put("FAKETIME_NO_CACHE", "1");
            builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        return builder.start();
    }

    private static String program() {
        String named = System.getenv("REDIS_SERVER_BIN");
        if (named != null) {
            return named;
        }
        return onPath("redis-server", "scripts/redis installs it");
    }

    private static String onPath(String program, String remedy) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no " + program + ": " + remedy))
                .toString();
    }

    /** Finds libfaketime, which shifts the clock of a process. */
    private static Path fakeTime() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("there is no libfaketime: scripts/redis installs it"));
        }
    }

    private boolean isUp() {
        Await.until(this + " answers or ends", () -> !process.isAlive() || answers());
        return process.isAlive();
    }

    private boolean answers() {
        if (isTls) {
            // Options such as a password are not known yet.
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        }
        String reply = run("PING");
        return reply.equals("PONG") || reply.contains("NOAUTH");
    }

    public int port() {
        return port;
    }

    /** Returns the URL, without credentials. */
    public String url() {
        return (isTls ? "rediss" : "redis") + "://127.0.0.1:" + port;
    }

    /** Adds options of {@code redis-cli}, such as a password, to all further {@linkplain #run commands}. */
    public RedisServer withCli(String... more) {
        cliOptions.addAll(List.of(more));
        return this;
    }

    /** Runs a command and returns the output of {@code redis-cli}. */
    public String run(String... command) {
        return output("5", "redis-cli", command);
    }

    /** Runs {@code redis-benchmark} for at most a minute and returns its output. */
    public String benchmark(String... options) {
        return output("60", "redis-benchmark", options);
    }

    private String output(String seconds, String program, String... arguments) {
        List<String> line = new ArrayList<>(
                List.of("timeout", seconds, onPath(program, "it comes with redis-server"), "-p", String.valueOf(port)));
        line.addAll(cliOptions);
        line.addAll(List.of(arguments));
        try {
            Process cli = new ProcessBuilder(line).redirectErrorStream(true).start();
            cli.getOutputStream().close();
            String output = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            cli.waitFor();
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a value of {@code INFO}, or an empty string if absent. */
    public String info(String name) {
        return run("INFO")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** Returns how many times the server has run a command, such as {@code evalsha}. */
    public long calls(String command) {
        String found = "cmdstat_" + command + ":calls=";
        return run("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith(found))
                .mapToLong(line -> Long.parseLong(line.substring(found.length(), line.indexOf(','))))
                .sum();
    }

    /** Kills the server's process at once. Its data is lost. */
    public void kill() {
        process.destroyForcibly();
        Await.until(this + " has ended", () -> !process.isAlive());
    }

    /** Restarts the server on the same port, without data. */
    public void restart() {
        kill();
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!isUp()) {
            throw new IllegalStateException(this + " does not start again: " + log());
        }
    }

    /** Suspends the process: its connections stay open, but it answers nothing. */
    public void hang() {
        signal("STOP");
    }

    /** Resumes the suspended server. */
    public void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sets the server's clock to the real time plus this many seconds. Requires {@link #startWithClock}. */
    public void setClock(long seconds) {
        try {
            Files.writeString(clock, String.format(Locale.ROOT, "%+d", seconds));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return "no log";
        }
    }

    @Override
    public void close() {
        signal("CONT");
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return (kind == Kind.SENTINEL ? "Sentinel" : "Redis server") + " on port " + port;
    }
}
