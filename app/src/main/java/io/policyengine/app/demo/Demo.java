package io.policyengine.app.demo;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.demo.ChildProcesses.Child;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.envoy.EnvoyConfigWriter;
import io.policyengine.app.envoy.EnvoyOptions;
import io.policyengine.app.envoy.EnvoyVersion;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.core.vertx.EngineVertx;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Runs the engine with an example configuration, between a real Envoy and an upstream of the demo. */
public final class Demo {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LINE = "%-40s %-26s %-9s %-9s %-18s %s%n";
    private static final Pattern VERSION = Pattern.compile("/(\\d{1,4}\\.\\d{1,4}\\.\\d{1,4})");

    /** Maximum number of example commands that the demo prints. */
    private static final int MAX_COMMANDS = 6;

    private final PrintWriter out;
    private final DemoClient client;
    private final ChildProcesses children;
    private final Path folder;

    private Demo(PrintWriter out, DemoClient client, ChildProcesses children, Path folder) {
        this.out = out;
        this.client = client;
        this.children = children;
        this.folder = folder;
    }

    /**
     * Runs the demo.
     *
     * @param example a directory in conf/examples, or null for conf itself
     * @param once whether the demo ends after the tour
     * @param separate whether kernel and worker run in two processes
     * @return 0, or 1 if an outcome was unexpected
     * @throws CommandFailure if something cannot be started
     */
    public static int runBlocking(PrintWriter out, @Nullable String example, boolean once, boolean separate) {
        String named = System.getenv("POLICY_ENGINE_HOME");
        Path home = named == null ? null : Path.of(named);
        Scene scene = example == null ? Tour.scene() : Example.sceneBlocking(home, example);
        Path envoy = Binary.ENVOY.findBlocking(home);
        Path folder = temporaryFolder();
        Vertx vertx = EngineVertx.create();
        try (DemoClient client = new DemoClient();
                ChildProcesses children = new ChildProcesses(folder)) {
            return new Demo(out, client, children, folder).run(vertx, home, scene, envoy, once, separate);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("policy-engine-demo-");
        } catch (IOException e) {
            throw CommandFailure.failed("a temporary folder cannot be created: " + e.getMessage());
        }
    }

    private int run(Vertx vertx, @Nullable Path home, Scene scene, Path envoyBinary, boolean once, boolean separate) {
        Path conf = folder.resolve("conf");
        String stores = scene.needs().contains(Need.REDIS) ? startRedis(Binary.REDIS.findBlocking(home)) : null;
        DemoConf.writeBlocking(home, scene, conf, folder.resolve("workers/default.sock"), stores);
        progress("upstream: a server that echoes requests");
        DemoUpstream upstream = new DemoUpstream(vertx, scene.answers());
        HttpServer server =
                upstream.start().toCompletionStage().toCompletableFuture().join();
        scene.programs().forEach(program -> start(program, conf));
        Engine engine = startEngine(conf, separate);
        Envoy envoy = startEnvoy(envoyBinary, conf, engine, server.actualPort());
        progress("logs and configuration are in " + folder);
        out.println();
        int unexpected = tour(envoy.clients(), scene, upstream)
                + scene.trail().map(trail -> audit(trail, conf)).orElse(0);
        out.println();
        if (once) {
            out.println(
                    unexpected == 0 ? "All outcomes are as expected." : unexpected + " outcomes are not as expected.");
            return unexpected == 0 ? 0 : CommandFailure.FAILED;
        }
        serve(envoy, engine, scene);
        return 0;
    }

    private void start(Program program, Path conf) {
        if (program.listensBlocking()) {
            progress(program.name() + ": the server that already listens on port " + program.port());
            return;
        }
        progress(program.name() + ": on port " + program.port());
        Child child = children.start(program.name(), program.command(), conf);
        children.awaitBlocking(child, "its start", () -> program.listensBlocking() ? program : null);
    }

    /** Starts a Redis for the demo and returns its URL. A Redis that already runs is not used. */
    private String startRedis(Path binary) {
        int port = freePort();
        progress("redis: " + binary + ", on port " + port);
        Program redis = new Program(
                "redis",
                List.of(
                        binary.toString(),
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        folder.toString()),
                port);
        Child child = children.start(redis.name(), redis.command(), folder);
        children.awaitBlocking(child, "its start", () -> redis.listensBlocking() ? redis : null);
        return "redis://127.0.0.1:" + port;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw CommandFailure.failed("no port is free: " + e.getMessage());
        }
    }

    private record Engine(int port, int metricsPort) {}

    private record Envoy(URI clients, URI admin) {}

    private Engine startEngine(Path conf, boolean separate) {
        if (separate) {
            progress("engine: a kernel and a worker, two processes");
            Child worker = children.startEngine("worker", List.of("worker", "--conf", conf.toString()));
            children.awaitBlocking(worker, "its start", () -> serving(worker, "the worker is serving"));
        } else {
            progress("engine: a kernel with its worker embedded, one process");
        }
        List<String> command = new ArrayList<>(separate ? List.of("kernel") : List.of("run", "--embedded"));
        command.addAll(List.of(
                "--conf", conf.toString(), "--state", folder.resolve("state").toString()));
        Child kernel = children.startEngine("kernel", command);
        JsonNode said = children.awaitBlocking(kernel, "its start", () -> serving(kernel, "the kernel is serving"));
        Engine engine =
                new Engine(said.get("port").intValue(), said.get("metrics_port").intValue());
        URI ready = URI.create("http://127.0.0.1:" + engine.metricsPort() + "/health/ready");
        children.awaitBlocking(kernel, "getting ready", () -> client.getBlocking(ready));
        return engine;
    }

    /** Returns the metadata of the first log line with this message, or null if there is no such line yet. */
    private static @Nullable JsonNode serving(Child child, String message) {
        for (String line : child.lines()) {
            JsonNode entry = entry(line);
            if (entry.path("message").asString("").equals(message)) {
                return entry.get("metadata");
            }
        }
        return null;
    }

    /** Parses a log line. Returns a missing node if the line is not JSON, such as a warning of the JVM. */
    private static JsonNode entry(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException other) {
            return MissingNode.getInstance();
        }
    }

    private Envoy startEnvoy(Path binary, Path conf, Engine engine, int upstreamPort) {
        progress("envoy: " + binary);
        Path config = folder.resolve("envoy.yaml");
        Path adminAddress = folder.resolve("envoy-admin");
        var options = new EnvoyOptions(
                "127.0.0.1",
                0,
                0,
                List.of(new HostPort("127.0.0.1", engine.port())),
                List.of(new HostPort("127.0.0.1", upstreamPort)),
                folder.resolve("envoy-access.log"),
                DemoClient.DETAILS_HEADER,
                versionBlocking(binary));
        try {
            Conf read = new Conf(conf);
            EnvoyConfigWriter writer =
                    new EnvoyConfigWriter(read.loadBlocking(), ConfCheck.needsBlocking(read), options);
            Files.writeString(config, writer.bootstrap());
        } catch (IOException e) {
            throw CommandFailure.failed("Envoy's configuration cannot be written: " + e.getMessage());
        }
        Child envoy = children.start(
                "envoy",
                List.of(
                        binary.toString(),
                        "--config-path",
                        config.toString(),
                        "--disable-hot-restart",
                        "--concurrency",
                        "1",
                        "--log-level",
                        "warn",
                        "--file-flush-interval-msec",
                        "500",
                        "--admin-address-path",
                        adminAddress.toString()));
        URI admin = children.awaitBlocking(envoy, "its start", () -> address(adminAddress));
        return new Envoy(children.awaitBlocking(envoy, "its start", () -> listener(admin)), admin);
    }

    /**
     * Returns the version that the binary reports, such as {@code 1.40.0} in {@code
     * hash/1.40.0/Clean/RELEASE/BoringSSL}, or the oldest supported version if it reports none.
     */
    private static EnvoyVersion versionBlocking(Path binary) {
        Matcher said = VERSION.matcher(Binary.outputBlocking("Envoy", binary.toString(), "--version"));
        return said.find() ? EnvoyVersion.parse(said.group(1)) : EnvoyVersion.OLDEST;
    }

    private static @Nullable URI address(Path file) {
        try {
            String address = Files.exists(file) ? Files.readString(file).strip() : "";
            return address.isEmpty() ? null : URI.create("http://" + address);
        } catch (IOException notYet) {
            return null;
        }
    }

    private @Nullable URI listener(URI admin) {
        String ready = client.getBlocking(admin.resolve("/ready"));
        String listeners = ready == null ? null : client.getBlocking(admin.resolve("/listeners?format=json"));
        if (listeners == null) {
            return null;
        }
        JsonNode port = JSON.readTree(listeners).at("/listener_statuses/0/local_address/socket_address/port_value");
        return port.isMissingNode() ? null : URI.create("http://127.0.0.1:" + port.intValue());
    }

    /** Sends the requests of the scene and returns the number of unexpected outcomes. */
    private int tour(URI base, Scene scene, DemoUpstream upstream) {
        out.printf(LINE, "CASE", "REQUEST", "EXPECTED", "ACTUAL", "DECIDED BY", "");
        int unexpected = 0;
        for (Visit visit : scene.visits()) {
            Visit.Outcome outcome = client.visitBlocking(base, visit, upstream);
            boolean asExpected = visit.differences(outcome).isEmpty();
            unexpected += asExpected ? 0 : 1;
            out.printf(
                    LINE,
                    visit.title(),
                    visit.method() + " " + visit.path(),
                    visit.check().status(),
                    outcome.status(),
                    outcome.decidedBy(),
                    asExpected ? "ok" : "UNEXPECTED");
            visit.check().expectations().forEach(expectation -> out.println("    " + expectation.describe(outcome)));
        }
        out.flush();
        return unexpected;
    }

    /** Checks the audit trail and returns the number of differences. */
    private int audit(Trail trail, Path conf) {
        List<String> differences = trail.differencesBlocking(conf, out);
        differences.forEach(difference -> out.println("    UNEXPECTED: " + difference));
        out.flush();
        return differences.size();
    }

    private void serve(Envoy envoy, Engine engine, Scene scene) {
        String clients = envoy.clients().toString();
        out.println("Serving until Ctrl-C:");
        out.println("  through Envoy   " + clients);
        out.println("  Envoy's admin   " + envoy.admin());
        out.println("  engine's health http://127.0.0.1:" + engine.metricsPort() + "/health/ready and /metrics");
        out.println("Try:");
        scene.visits().stream().limit(MAX_COMMANDS).forEach(visit -> out.println("  " + visit.curl(clients)));
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException end) {
            out.println("interrupted");
        }
    }

    private void progress(String line) {
        out.println("… " + line);
        out.flush();
    }
}
