package io.policyengine.e2e.harness;

import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Envoy with the configuration that {@code envoy-config} prints. One worker thread, so one connection to the engine. */
public final class EnvoyProcess implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String EXT_PROC = "http.ingress.ext_proc.engine.";
    private static final String CLUSTER = "cluster.policy-engine.";

    private final OsProcess process;
    private final Path folder;
    private final int adminPort;
    private final int port;

    private EnvoyProcess(OsProcess process, Path folder, int adminPort, int port) {
        this.process = process;
        this.folder = folder;
        this.adminPort = adminPort;
        this.port = port;
    }

    /** Starts an Envoy between this upstream and the engine that listens on this port. */
    public static EnvoyProcess start(EnvoyVersion version, Path conf, int enginePort, int upstreamPort) {
        return start(version, conf, enginePort, upstreamPort, UnaryOperator.identity());
    }

    /** Likewise, with changes to the configuration, which is YAML. */
    public static EnvoyProcess start(
            EnvoyVersion version, Path conf, int enginePort, int upstreamPort, UnaryOperator<String> changes) {
        return start(version, conf, List.of(enginePort), upstreamPort, changes);
    }

    /** Likewise, with several engines. */
    public static EnvoyProcess start(
            EnvoyVersion version,
            Path conf,
            List<Integer> enginePorts,
            int upstreamPort,
            UnaryOperator<String> changes) {
        try {
            Path folder = Folders.create("pe-envoy-");
            Path config = Files.writeString(
                    folder.resolve("envoy.yaml"),
                    changes.apply(configuration(version, conf, enginePorts, upstreamPort, folder)));
            Path address = folder.resolve("admin");
            OsProcess process = OsProcess.start("envoy", command(version, config, address), Map.of());
            int admin = Eventually.get("Envoy's admin port", () -> {
                process.requireAlive();
                return adminPort(address);
            });
            int port = Eventually.get("Envoy's listener", () -> {
                process.requireAlive();
                return listenerPort(admin);
            });
            return new EnvoyProcess(process, folder, admin, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String configuration(
            EnvoyVersion version, Path conf, List<Integer> enginePorts, int upstreamPort, Path folder) {
        List<String> arguments = new ArrayList<>(List.of(
                "envoy-config",
                conf.toString(),
                "--listen=0",
                "--admin=0",
                "--envoy-version=" + version.number(),
                "--upstream=127.0.0.1:" + upstreamPort,
                "--access-log=" + folder.resolve("access.log"),
                "--details-header=x-details"));
        enginePorts.forEach(port -> arguments.add("--engine=127.0.0.1:" + port));
        Command command = Command.run(arguments.toArray(String[]::new));
        if (command.exitCode() != 0) {
            throw new AssertionError(command.output());
        }
        // Notes and comments, which are for people, come along.
        return command.output()
                .lines()
                .filter(line -> !line.startsWith("note: "))
                .map(line -> line.replaceFirst("(^| +)#( .*|)$", ""))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> command(EnvoyVersion version, Path config, Path adminAddress) {
        List<String> command = new ArrayList<>(List.of(version.binary().toString()));
        command.addAll(List.of("--config-path", config.toString()));
        command.addAll(List.of("--admin-address-path", adminAddress.toString()));
        command.addAll(List.of("--disable-hot-restart", "--concurrency", "1", "--log-level", "error"));
        command.addAll(List.of("--file-flush-interval-msec", "100"));
        return command;
    }

    private static @Nullable Integer adminPort(Path file) {
        try {
            String address = Files.exists(file) ? Files.readString(file).strip() : "";
            return address.isEmpty() ? null : Integer.valueOf(address.substring(address.lastIndexOf(':') + 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Integer listenerPort(int admin) {
        if (Web.get(admin, "/ready").status() != 200) {
            return null;
        }
        JsonNode port = JSON.readTree(Web.get(admin, "/listeners?format=json").body())
                .at("/listener_statuses/0/local_address/socket_address/port_value");
        return port.isMissingNode() ? null : port.intValue();
    }

    /** Nanoseconds of processor time that it has used so far. */
    public long cpuNanos() {
        return process.cpuNanos();
    }

    /** The port for clients. */
    public int port() {
        return port;
    }

    /** A counter or gauge; 0 if there is none. */
    public long stat(String name) {
        String filter = URLEncoder.encode("^" + name.replace(".", "\\.") + "$", StandardCharsets.UTF_8);
        String text = Web.get(adminPort, "/stats?filter=" + filter).body();
        return text.isBlank()
                ? 0
                : Long.parseLong(text.substring(text.indexOf(": ") + 2).strip());
    }

    /** The counters and gauges of the engine's cluster that are not 0, one a line, and what Envoy has complained of. */
    public String complaints() {
        return Web.get(adminPort, "/stats?usedonly&filter=" + CLUSTER.replace(".", "%5C."))
                        .body()
                + process.output();
    }

    /** A statistic of its ext_proc filter. */
    public long extProc(String name) {
        return stat(EXT_PROC + name);
    }

    /** A statistic of the engine's cluster. */
    public long engineCluster(String name) {
        return stat(CLUSTER + name);
    }

    /** The access log so far: one JSON object a line. */
    public List<String> accessLog() {
        try {
            return Files.readAllLines(folder.resolve("access.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
        Folders.delete(folder);
    }
}
