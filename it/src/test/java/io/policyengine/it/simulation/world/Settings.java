package io.policyengine.it.simulation.world;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * What is in kernel.yaml.
 *
 * @param alphas which replicas there are of worker alpha: a bit for each
 * @param betas the same of worker beta
 * @param rechecks whether workers are looked for again before the response chain
 * @param byTenant whether an exchange's replica depends on its tenant
 */
public record Settings(
        int alphas, int betas, boolean alphaFailsOpen, boolean betaFailsOpen, boolean rechecks, boolean byTenant) {
    /** The most time for a call to a worker. */
    public static final Duration CALL_TIMEOUT = Duration.ofMillis(300);

    private static final int MAX_REPLICAS = 2;
    private static final Map<Settings, KernelConfig> KERNELS = new ConcurrentHashMap<>();

    static Settings draw(RandomGenerator random) {
        return new Settings(
                random.nextInt(1, 1 << MAX_REPLICAS),
                random.nextInt(1, 1 << MAX_REPLICAS),
                random.nextInt(4) == 0,
                random.nextInt(4) == 0,
                random.nextInt(3) == 0,
                random.nextInt(3) == 0);
    }

    /** The names of a worker's replicas, which are those of their sockets as well. */
    public List<String> replicas(String worker) {
        int bits = worker.equals("alpha") ? alphas : betas;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < MAX_REPLICAS; i++) {
            if ((bits >> i & 1) == 1) {
                names.add(worker + "-" + i);
            }
        }
        return names;
    }

    /** The worker's {@code fail_open}. */
    public boolean failsOpen(String worker) {
        return worker.equals("alpha") ? alphaFailsOpen : betaFailsOpen;
    }

    KernelConfig config() {
        return KERNELS.computeIfAbsent(this, Settings::read);
    }

    private static KernelConfig read(Settings settings) {
        StringBuilder yaml = new StringBuilder(
                "policy_kernel:\n  response_phase_check: " + (settings.rechecks() ? "recheck" : "cached")
                        + "\n  envoy: { message_timeout_ms: 10000 }\n  workers:\n");
        for (String worker : World.WORKERS) {
            for (String replica : settings.replicas(worker)) {
                yaml.append("    - { name: %s, socket_path: /run/%s, fail_open: %s, timeout_ms: %d,\n"
                        .formatted(worker, replica, settings.failsOpen(worker), CALL_TIMEOUT.toMillis()));
                yaml.append("        retry: { max_attempts: 3, backoff_ms: 20 }, affinity: '%s',\n"
                        .formatted(settings.byTenant() ? "header:" + Request.TENANT : "none"));
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
