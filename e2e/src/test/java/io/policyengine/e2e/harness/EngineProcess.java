package io.policyengine.e2e.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** The shipped jar, serving: {@code run}, {@code kernel} or {@code worker}. */
public final class EngineProcess implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final OsProcess process;
    private final JsonNode facts;

    private EngineProcess(OsProcess process, JsonNode facts) {
        this.process = process;
        this.facts = facts;
    }

    /** A kernel with all workers embedded. */
    public static EngineProcess embedded(TestConf conf, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--embedded", "--conf", conf.path(), "--state", conf.state()));
        arguments.addAll(List.of(more));
        return start(conf, "run", "the kernel is serving", arguments.toArray(String[]::new));
    }

    /** A kernel with all workers embedded, bound by the permissions of files whoever runs the tests. */
    public static EngineProcess unprivileged(TestConf conf) {
        return serving(
                unprivileged(conf, Map.of(), "run", "--embedded", "--conf", conf.path(), "--state", conf.state()),
                "run",
                "the kernel is serving");
    }

    /** A kernel alone, bound by the permissions of files whoever runs the tests. */
    public static EngineProcess unprivilegedKernel(TestConf conf, Map<String, String> environment) {
        return serving(
                unprivileged(conf, environment, "kernel", "--conf", conf.path(), "--state", conf.state()),
                "kernel",
                "the kernel is serving");
    }

    /** A worker alone, bound by the permissions of files whoever runs the tests. */
    public static EngineProcess unprivilegedWorker(TestConf conf, Map<String, String> environment) {
        return serving(
                unprivileged(conf, environment, "worker", "--conf", conf.path()), "worker", "the worker is serving");
    }

    /** A command, bound by the permissions of files whoever runs the tests. */
    public static OsProcess unprivileged(TestConf conf, Map<String, String> environment, String... command) {
        Unprivileged.letIn(conf.folder(), Path.of(conf.state()));
        return OsProcess.start(
                command[0], Unprivileged.command(Installation.engine(conf.jvmOptions(), command)), environment);
    }

    /** A kernel with all workers embedded, whose output is read until it serves, and no further. */
    public static EngineProcess unread(TestConf conf) {
        // tail holds the other end of the pipe as long as the engine lives, which has the shell's process id.
        String script = "exec \"$@\" > >(sed -u '/is serving/q'; exec tail --pid=$$ -f /dev/null)";
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        command.addAll(Installation.engine(
                conf.jvmOptions(), "run", "--embedded", "--conf", conf.path(), "--state", conf.state()));
        return serving(OsProcess.start("run", command, Map.of()), "run", "the kernel is serving");
    }

    /** A kernel with those workers embedded that have no socket, whose output passes a process that writes its id into a file. */
    public static EngineProcess readBy(TestConf conf, Path readersId) {
        String script = "exec \"$@\" > >(echo $BASHPID > " + readersId + "; exec cat)";
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        command.addAll(Installation.engine(conf.jvmOptions(), "run", "--conf", conf.path(), "--state", conf.state()));
        return serving(OsProcess.start("run", command, Map.of()), "run", "the kernel is serving");
    }

    /** A kernel with all workers embedded, whose JVM has these options alone besides those of every start. */
    static EngineProcess plain(TestConf conf, String... options) {
        List<String> command = Installation.plainEngine(
                List.of(options), "run", "--embedded", "--conf", conf.path(), "--state", conf.state());
        return serving(OsProcess.start("run", command, Map.of()), "run", "the kernel is serving");
    }

    /** A kernel alone. */
    public static EngineProcess kernel(TestConf conf) {
        return start(conf, "kernel", "the kernel is serving", "kernel", "--conf", conf.path(), "--state", conf.state());
    }

    /** A worker alone. */
    public static EngineProcess worker(TestConf conf, String... more) {
        String[] arguments = new String[3 + more.length];
        arguments[0] = "worker";
        arguments[1] = "--conf";
        arguments[2] = conf.path();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return start(conf, "worker", "the worker is serving", arguments);
    }

    private static EngineProcess start(TestConf conf, String name, String serving, String... arguments) {
        OsProcess process = conf.plugins().isEmpty() || name.equals("kernel")
                ? OsProcess.start(name, Installation.engine(conf.jvmOptions(), arguments), Map.of())
                : Shipped.into(conf.folder().resolve("engine"), conf.plugins()).start(name, arguments);
        return serving(process, name, serving);
    }

    private static EngineProcess serving(OsProcess process, String name, String serving) {
        try {
            JsonNode line = Eventually.get(name + " is serving", () -> {
                process.requireAlive();
                return line(process, serving);
            });
            return new EngineProcess(process, line.path("metadata"));
        } catch (AssertionError failed) {
            String output = process.output();
            process.close();
            throw new AssertionError(failed.getMessage() + "; it said:\n" + output, failed);
        }
    }

    private static @Nullable JsonNode line(OsProcess process, String message) {
        return process.lines().stream()
                .map(EngineProcess::entry)
                .filter(entry -> entry.path("message").asString("").equals(message))
                .findFirst()
                .orElse(null);
    }

    /** Nothing for what is no entry: the JVM's own words, and the last line while it is being written. */
    private static JsonNode entry(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException noEntry) {
            return MissingNode.getInstance();
        }
    }

    /** Waits for a log line with this message. */
    public JsonNode awaitLine(String message) {
        return Eventually.get("the log line '" + message + "' in\n" + process.output(), () -> {
            process.requireAlive();
            return line(process, message);
        });
    }

    /** The port for Envoy. */
    public int port() {
        return facts.path("port").asInt();
    }

    /** The port of metrics and health. */
    public int metricsPort() {
        return facts.path("metrics_port").asInt();
    }

    /** The value of a sample of its metrics; 0 if there is none. */
    public double metric(String sample) {
        return Web.get(metricsPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Waits until it says that it is ready. */
    public EngineProcess awaitReady() {
        Eventually.isTrue("ready", () -> Web.get(metricsPort(), "/health/ready").status() == 200);
        return this;
    }

    /** The process. */
    public OsProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
