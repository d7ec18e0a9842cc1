package io.policyengine.e2e.howto;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The pages of docs/how-to: their configurations are valid, and one engine and one Envoy do for all of them what they say. */
@Tag("nightly")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HowToIT {
    private static final int MAX_LINES = 60;
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String ENVOYS_ROUTES =
            "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config/route_config/virtual_hosts/0/routes";
    private static final String OF_ENVOY = "envoy.yaml, virtual_hosts[].routes";

    private final List<HowToPage> pages = HowToPage.all();
    private final HowToServers servers = new HowToServers();
    private final RedisServer redis = RedisServer.start();
    private final Map<String, String> tokens = servers.tokens();
    private final TestConf conf = TestConf.empty();

    @SuppressWarnings("NullAway.Init") // set before all tests
    private EngineProcess engine;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private EnvoyProcess envoy;

    @BeforeAll
    void start() {
        ObjectNode worker = (ObjectNode) YAML.readTree("worker_core: { name: default-worker }");
        for (HowToPage page : pages) {
            if (!page.isApart()) {
                page.conf().forEach((file, text) -> {
                    if (file.equals("worker.yaml")) {
                        worker.withObject("/worker_core")
                                .setAll((ObjectNode) YAML.readTree(here(text)).get("worker_core"));
                    } else {
                        conf.with(file, here(text));
                    }
                });
            }
        }
        conf.with("worker.yaml", YAML.writeValueAsString(worker)).with("kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0, drain_delay_ms: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  workers: [{ name: default-worker, timeout_ms: 5000 }]
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        engine = EngineProcess.embedded(conf).awaitReady();
        envoy = EnvoyProcess.start(
                EnvoyVersion.single(), conf.directory(), engine.port(), servers.port(), this::withRoutesOfPages);
    }

    /** The text of a page with the addresses of this machine. */
    private String here(String text) {
        return text.replace("https://login.example.com", servers.url())
                .replace("http://127.0.0.1:8181", servers.url())
                .replace("redis://127.0.0.1:6379", redis.url())
                .replace("/var/log/policy-engine", conf.folder().resolve("log").toString());
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

    @AfterAll
    void stop() {
        envoy.close();
        engine.close();
        redis.close();
        servers.close();
        conf.close();
    }

    @TestFactory
    Stream<DynamicTest> aConfigurationIsValid() {
        String kernel = Objects.requireNonNull(
                HowToPage.index().files().get("conf/kernel.yaml"), "the index has a kernel.yaml");
        return pages.stream()
                .map(page -> DynamicTest.dynamicTest(page.name(), () -> {
                    try (TestConf own = TestConf.empty().with("kernel.yaml", kernel)) {
                        page.conf().forEach(own::with);

                        Command checked = Command.run("validate", "--strict", own.path());

                        assertThat(checked.output()).contains(": valid, ").contains(", 0 warnings");
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> aPageIsShort() {
        return pages.stream()
                .filter(page -> !page.name().equals("README.md"))
                .map(page -> DynamicTest.dynamicTest(
                        page.name(), () -> assertThat(page.lines()).isLessThanOrEqualTo(MAX_LINES)));
    }

    @TestFactory
    Stream<DynamicTest> aCommandPrintsWhatThePageSays() {
        return pages.stream()
                .map(page -> DynamicTest.dynamicTest(page.name(), () -> {
                    SoftAssertions softly = new SoftAssertions();
                    page.steps()
                            .forEach(step -> softly.assertThat(agreement(step))
                                    .as("%s\n%s", step.command(), step.output())
                                    .isEqualTo("as the page says"));
                    softly.assertAll();
                }));
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
        return step.command().startsWith("policy-engine ")
                || step.command().contains("localhost:9090")
                || step.command().contains("/var/log");
    }

    private String printed(Step step) {
        String printed = step.command().startsWith("policy-engine ") ? ofEngine(step.command()) : ofShell(step);
        return printed.replace("localhost:" + envoy.port(), "localhost:8080")
                .replace(conf.folder() + "/", "")
                .replace("\r", "")
                .strip();
    }

    private String ofEngine(String command) {
        List<String> arguments = new ArrayList<>();
        for (String argument : here(command).split(" ", -1)) {
            Path file = conf.folder().resolve(argument);
            arguments.add(Files.exists(file) && !command.contains(" diff ") ? file.toString() : argument);
        }
        arguments.removeFirst();
        switch (arguments.getFirst()) {
            case "explain" -> arguments.addAll(List.of("--admin", "127.0.0.1:" + engine.metricsPort()));
            case "generations", "diff", "rollback" ->
                arguments.addAll(List.of("--conf", conf.path(), "--state", conf.state()));
            default -> {}
        }
        return Command.run(arguments.toArray(String[]::new)).output();
    }

    private String ofShell(Step step) {
        String command = here(step.command())
                .replace("localhost:8080", "localhost:" + envoy.port())
                .replace("localhost:9090", "localhost:" + engine.metricsPort());
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
}
