package io.policyengine.e2e.howto;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.howto.HowToPage.Step;
import io.policyengine.testkit.redis.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The engine, the Envoy and the servers for the commands of pages, with the pages' files at ports and paths of this machine. */
final class HowToStack implements AutoCloseable {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String ENVOYS_ROUTES =
            "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config/route_config/virtual_hosts/0/routes";
    private static final String OF_ENVOY = "envoy.yaml, virtual_hosts[].routes";
    private static final String SECOND_WORKER = "conf-b/worker.yaml";

    /** A command that the shell leaves running. */
    private static final String RUNNING = " &";

    /** The shell's command that ends the Nth running command by SIGTERM. */
    private static final Pattern KILL = Pattern.compile("kill %(\\d)");

    private final List<HowToPage> pages;
    private final String opa;
    private final HowToServers servers = new HowToServers();
    private final RedisServer redis = RedisServer.start();
    private final Map<String, String> tokens = servers.tokens();
    private final TestConf conf = TestConf.empty();
    private final TestConf second = TestConf.empty();
    private final List<EngineProcess> running = new ArrayList<>();
    private @Nullable EngineProcess engine;
    private @Nullable EnvoyProcess envoy;

    private HowToStack(List<HowToPage> pages, @Nullable String opa) {
        this.pages = pages;
        this.opa = opa == null ? servers.url() : opa;
    }

    /** Starts one engine with an embedded worker for all pages, which must not have settings of the kernel. */
    static HowToStack embedded(List<HowToPage> pages) {
        return embedded(pages, null);
    }

    /** Starts one engine with an embedded worker for all pages, which asks the Open Policy Agent at this address. */
    static HowToStack embedded(List<HowToPage> pages, @Nullable String opa) {
        HowToStack stack = new HowToStack(pages, opa);
        ObjectNode worker = (ObjectNode) YAML.readTree("worker_core: { name: default-worker }");
        for (HowToPage page : pages) {
            page.conf().forEach((file, text) -> {
                if (file.equals("worker.yaml")) {
                    worker.withObject("/worker_core")
                            .setAll((ObjectNode) YAML.readTree(stack.here(text)).get("worker_core"));
                } else {
                    stack.conf.with(file, stack.here(text));
                }
            });
        }
        stack.conf.with("worker.yaml", YAML.writeValueAsString(worker)).with("kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0, drain_delay_ms: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  workers: [{ name: default-worker, timeout_ms: 5000 }]
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        stack.serve(EngineProcess.embedded(stack.conf));
        return stack;
    }

    /** Writes the files of a page whose own commands start the kernel and the workers. */
    static HowToStack ofProcesses(HowToPage page) {
        HowToStack stack = new HowToStack(List.of(page), null);
        page.conf().forEach((file, text) -> stack.conf.with(file, stack.here(text)));
        ObjectNode kernel = (ObjectNode)
                YAML.readTree(stack.here(Objects.requireNonNull(page.conf().get("kernel.yaml"))));
        ObjectNode settings = kernel.withObject("/policy_kernel");
        settings.withObject("/server").put("port", 0);
        settings.withObject("/observability").put("metrics_port", 0);
        settings.withObject("/envoy").put("message_timeout_ms", 20_000);
        settings.withObject("/limits").put("phase_timeout_ms", 15_000);
        settings.get("workers").forEach(worker -> ((ObjectNode) worker).put("timeout_ms", 5_000));
        stack.conf.with("kernel.yaml", YAML.writeValueAsString(kernel));
        String other = page.files().get(SECOND_WORKER);
        if (other != null) {
            stack.second.with("worker.yaml", stack.here(other));
        }
        return stack;
    }

    /** Waits until the engine is ready, and puts an Envoy before it. */
    private void serve(EngineProcess started) {
        running.add(started);
        engine = started.awaitReady();
        envoy = EnvoyProcess.start(
                EnvoyVersion.single(), conf.directory(), started.port(), servers.port(), this::withRoutesOfPages);
    }

    /** The text of a page with the addresses of this machine. */
    private String here(String text) {
        return text.replace("https://login.example.com", servers.url())
                .replace("http://127.0.0.1:8181", opa)
                .replace("redis://127.0.0.1:6379", redis.url())
                .replace("/var/log/policy-engine", conf.folder().resolve("log").toString())
                .replace(
                        "socket_path: workers/", "socket_path: " + conf.folder().resolve("run") + "/")
                .replaceAll("metrics_port: 909\\d", "metrics_port: 0");
    }

    /** Puts the routes that pages have for Envoy before the others; there is one upstream. */
    private String withRoutesOfPages(String printed) {
        JsonNode file = YAML.readTree(printed);
        ArrayNode routes = (ArrayNode) file.at(ENVOYS_ROUTES);
        for (HowToPage page : pages) {
            JsonNode own = YAML.readTree(page.files().getOrDefault(OF_ENVOY, "[]"));
            for (int i = own.size() - 1; i >= 0; i--) {
                ((ObjectNode) own.get(i).get("route")).put("cluster", "upstream");
                routes.insert(0, own.get(i));
            }
        }
        return YAML.writeValueAsString(file);
    }

    /** Runs the commands of a page, and fails with each output that differs from the page. */
    void assertDoesWhatItSays(HowToPage page) {
        SoftAssertions softly = new SoftAssertions();
        page.steps()
                .forEach(step -> softly.assertThat(agreement(step))
                        .as("%s\n%s", step.command(), step.output())
                        .isEqualTo("as the page says"));
        softly.assertAll();
    }

    /** Returns the output of a step if it differs from the page. Waits for effects on the engine that come later. */
    private String agreement(Step step) {
        List<String> printed = new ArrayList<>(List.of(printed(step)));
        if (!step.agreesWith(printed.getLast()) && isLater(step)) {
            try {
                Eventually.isTrue(step.command(), () -> {
                    printed.add(printed(step));
                    return step.agreesWith(printed.getLast());
                });
            } catch (AssertionError inVain) {
                return inVain.getMessage() + "\n" + printed.getLast();
            }
        }
        return step.agreesWith(printed.getLast()) ? "as the page says" : printed.getLast();
    }

    private static boolean isLater(Step step) {
        return !step.command().endsWith(RUNNING)
                && (step.command().startsWith("policy-engine ")
                        || step.command().contains("localhost:9090")
                        || step.command().contains("/var/log"));
    }

    private String printed(Step step) {
        Matcher kill = KILL.matcher(step.command());
        if (step.command().endsWith(RUNNING)) {
            start(step.command());
            return "";
        }
        if (kill.matches()) {
            running.get(Integer.parseInt(kill.group(1)) - 1).process().terminate();
            return "";
        }
        String printed = step.command().startsWith("policy-engine ") ? ofEngine(step.command()) : ofShell(step);
        return printed.replace("localhost:" + envoyPort(), "localhost:8080")
                .replace(conf.folder() + "/", "")
                .replace("\r", "")
                .strip();
    }

    /** Starts what the command leaves running. The servers of this stack answer for an Open Policy Agent. */
    private void start(String command) {
        switch (command.substring(0, command.length() - RUNNING.length())) {
            case "policy-engine kernel" -> serve(EngineProcess.kernel(conf));
            case "policy-engine worker" -> running.add(EngineProcess.worker(conf));
            case "policy-engine worker --conf conf-b" -> running.add(EngineProcess.worker(second));
            case "opa run --server authz.rego" -> {}
            default -> throw new IllegalArgumentException("not a command that a page may leave running: " + command);
        }
    }

    private String ofEngine(String command) {
        List<String> arguments = new ArrayList<>();
        for (String argument : here(command).split(" ", -1)) {
            Path file = conf.folder().resolve(argument);
            arguments.add(Files.exists(file) && !command.contains(" diff ") ? file.toString() : argument);
        }
        arguments.removeFirst();
        switch (arguments.getFirst()) {
            case "explain" -> arguments.addAll(List.of("--admin", "127.0.0.1:" + metricsPort()));
            case "generations", "diff", "rollback" ->
                arguments.addAll(List.of("--conf", conf.path(), "--state", conf.state()));
            default -> {}
        }
        return Command.run(arguments.toArray(String[]::new)).output();
    }

    private String ofShell(Step step) {
        String command = here(step.command())
                .replace("localhost:8080", "localhost:" + envoyPort())
                .replace("localhost:9090", "localhost:" + metricsPort());
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command)
                .directory(conf.folder().toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(tokens);
        try {
            Process process = builder.start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private int envoyPort() {
        return Objects.requireNonNull(envoy, "no command of the page has started a kernel")
                .port();
    }

    private int metricsPort() {
        return Objects.requireNonNull(engine, "no command of the page has started a kernel")
                .metricsPort();
    }

    @Override
    public void close() {
        if (envoy != null) {
            envoy.close();
        }
        running.forEach(EngineProcess::close);
        redis.close();
        servers.close();
        conf.close();
        second.close();
    }
}
