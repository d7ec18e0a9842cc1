package io.policyengine.app.simulation;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.ConfDirectory;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.config.Source;
import io.policyengine.core.error.Location;
import io.policyengine.core.policy.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** The configuration of a seed: two workers with one or two replicas each, and a route with a chain for each direction. */
final class Scenario {
    static final String ROUTE = "route";
    static final List<String> WORKERS = List.of("alpha", "beta");

    /** The most time for a call to a worker. */
    static final Duration CALL_TIMEOUT = Duration.ofMillis(300);

    private static final Map<Settings, KernelConfig> KERNELS = new ConcurrentHashMap<>();
    private static final Location NOWHERE = Location.ofFile("simulation.yaml");

    private final Settings settings;
    private final Map<Integer, RouteConfig> generations = new ConcurrentHashMap<>();

    /** What is in kernel.yaml. */
    record Settings(int alphas, int betas, boolean alphaFailsOpen, boolean betaFailsOpen, boolean rechecks) {
        static Settings draw(RandomGenerator random) {
            return new Settings(
                    random.nextInt(1, 3),
                    random.nextInt(1, 3),
                    random.nextInt(4) == 0,
                    random.nextInt(4) == 0,
                    random.nextInt(3) == 0);
        }

        int replicas(String worker) {
            return worker.equals("alpha") ? alphas : betas;
        }

        boolean failsOpen(String worker) {
            return worker.equals("alpha") ? alphaFailsOpen : betaFailsOpen;
        }
    }

    private Scenario(Settings settings) {
        this.settings = settings;
    }

    static Scenario draw(Chance chance) {
        Scenario scenario = new Scenario(Settings.draw(chance.of("settings")));
        scenario.generations.put(1, route(1, chance.of("generation 1")));
        return scenario;
    }

    Settings settings() {
        return settings;
    }

    /** The chain of a generation. */
    List<EntryConfig> chain(int generation, Phase phase) {
        RouteConfig route = route(generation);
        return phase == Phase.REQUEST
                ? route.requestFlow().chain()
                : route.responseFlow().chain();
    }

    /** The chains, for people. */
    String describe(int generation) {
        StringBuilder text = new StringBuilder(settings.toString());
        for (Phase phase : Phase.values()) {
            text.append("\n   ").append(phase);
            chain(generation, phase)
                    .forEach(entry -> text.append(' ')
                            .append(StampingPolicy.workerOf(entry.policy()))
                            .append(entry.onFailure() == null ? "" : ":" + entry.onFailure())
                            .append(entry.timeout() == null ? "" : ":" + entry.timeout()));
        }
        return text.toString();
    }

    private RouteConfig route(int generation) {
        return Objects.requireNonNull(generations.get(generation));
    }

    EngineConfig config(int generation) {
        KernelConfig kernel = KERNELS.computeIfAbsent(settings, Scenario::kernel);
        return new EngineConfig(kernel, List.of(), List.of(route(generation)), List.of(), List.of());
    }

    private static RouteConfig route(int generation, RandomGenerator random) {
        return new RouteConfig(
                ROUTE,
                new RouteMatch.Exact(ROUTE),
                flow(generation, Phase.REQUEST, random.nextInt(1, 6), random),
                flow(generation, Phase.RESPONSE, random.nextInt(0, 4), random),
                Set.of(),
                NOWHERE);
    }

    private static FlowConfig flow(int generation, Phase phase, int length, RandomGenerator random) {
        List<EntryConfig> chain = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Stamp stamp = new Stamp(generation, phase, i);
            String worker = WORKERS.get(random.nextInt(WORKERS.size()));
            chain.add(new EntryConfig(
                    "entry-" + i,
                    StampingPolicy.nameOf(worker),
                    JsonNodeFactory.instance.objectNode().put("stamp", stamp.toString()),
                    onFailure(random),
                    null,
                    EntryMode.ENFORCE,
                    random.nextInt(3) == 0 ? Duration.ofMillis(60) : null,
                    false,
                    null,
                    false,
                    Set.of(),
                    List.of(),
                    Source.at(NOWHERE)));
        }
        return new FlowConfig(ProcessingMode.AUTO, chain, null, true);
    }

    private static @Nullable OnFailure onFailure(RandomGenerator random) {
        return switch (random.nextInt(10)) {
            case 0 -> OnFailure.DENY;
            case 1 -> OnFailure.SKIP_REMAINING;
            case 2 -> OnFailure.CONTINUE;
            default -> null;
        };
    }

    private static KernelConfig kernel(Settings settings) {
        StringBuilder yaml = new StringBuilder(
                "policy_kernel:\n  response_phase_check: " + (settings.rechecks() ? "recheck" : "cached")
                        + "\n  envoy: { message_timeout_ms: 10000 }\n  workers:\n");
        for (String worker : WORKERS) {
            for (int i = 0; i < settings.replicas(worker); i++) {
                yaml.append("    - { name: %s, socket_path: /run/%s-%d, fail_open: %s, timeout_ms: %d,\n"
                        .formatted(worker, worker, i, settings.failsOpen(worker), CALL_TIMEOUT.toMillis()));
                yaml.append("        retry: { max_attempts: 3, backoff_ms: 20 },\n");
                yaml.append("        health_check_interval_ms: 400, health_check_timeout_ms: 100 }\n");
            }
        }
        try {
            Path directory = Files.createTempDirectory("simulation");
            Path file = Files.writeString(directory.resolve("kernel.yaml"), yaml);
            KernelConfig kernel = ConfDirectory.read(directory, _ -> null).kernel();
            Files.delete(file);
            Files.delete(directory);
            return kernel;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
