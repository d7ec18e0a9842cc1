package io.policyengine.kernel.reload;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.RestartKeys;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.KernelRelations;
import io.policyengine.core.config.reading.MemoryFit;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.memory.ProcessMemory;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks whether a configuration may replace the running one. */
final class Validation {
    private static final String KERNEL_FILE = "kernel.yaml";

    private final WorkerConnectors connectors;

    Validation(WorkerConnectors connectors) {
        this.connectors = connectors;
    }

    /**
     * Returns the part of the configuration that can take effect without a restart. Its warnings name the changes that
     * need a restart.
     *
     * @param guard the checks that reject accidental losses, unless the configuration permits the losses
     * @throws ConfigException if it cannot replace the running one
     */
    EngineConfig check(Generation running, ConfTexts texts, EngineConfig wanted, LossGuard guard) {
        List<Problem> problems = new ArrayList<>();
        if (running.snapshot().texts().files().containsKey(KERNEL_FILE)
                && !texts.files().containsKey(KERNEL_FILE)) {
            problems.add(Problem.error(
                    Location.ofFile(KERNEL_FILE), "the file is gone: without it, defaults would replace all settings"));
        }
        if (wanted.routes().isEmpty()
                && !running.config().routes().isEmpty()
                && !wanted.kernel().allowEmpty()) {
            problems.add(Problem.error(
                    Location.ofFile(texts.directory().toString()),
                    "no route is left: set policy_kernel.allow_empty: true if this is intended"));
        }
        if (guard.text() && !wanted.kernel().allowLoss()) {
            problems.addAll(CutFiles.of(running.snapshot().texts(), running.config(), texts, wanted));
        }
        problems.addAll(MemoryFit.misfits(texts, wanted, MemoryPlan.HERE));
        problems.addAll(MemoryFit.misfits(texts, wanted, ProcessMemory.HERE));
        String mismatch = connectors.mismatch(wanted.kernel().workers());
        if (mismatch != null) {
            problems.add(Problem.error(Location.ofFile(KERNEL_FILE), mismatch));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return withoutRestartKeys(running.config(), texts, wanted);
    }

    private EngineConfig withoutRestartKeys(EngineConfig running, ConfTexts texts, EngineConfig wanted) {
        List<Problem> warnings = new ArrayList<>(wanted.warnings());
        RestartKeys.Kept<KernelConfig> kernel = RestartKeys.keep(running.kernel(), wanted.kernel(), "policy_kernel");
        checkRelations(kernel);
        kernel.ignored().forEach(key -> warnings.add(waits(KERNEL_FILE, "'" + key + "'")));
        Set<String> embedded = wanted.kernel().workers().stream()
                .filter(worker -> connectors.place(worker).equals(WorkerConnectors.EMBEDDED))
                .map(WorkerEndpointConfig::name)
                .collect(Collectors.toSet());
        List<WorkerCoreConfig> workers = new ArrayList<>();
        for (WorkerCoreConfig worker : wanted.workers()) {
            WorkerCoreConfig before = embedded.contains(worker.name()) ? find(running, worker.name()) : null;
            if (before == null) {
                workers.add(worker);
            } else {
                RestartKeys.Kept<WorkerCoreConfig> kept = RestartKeys.keep(before, worker, "worker_core");
                workers.add(kept.value());
                String directory = texts.directory().toString();
                kept.ignored()
                        .forEach(key ->
                                warnings.add(waits(directory, "'" + key + "' of worker '" + worker.name() + "'")));
            }
        }
        return new EngineConfig(
                kernel.value(), workers, wanted.routes(), wanted.overrides(), warnings, wanted.values());
    }

    /**
     * Checks rules that relate several keys. The new file satisfies them, but some keys keep their old values until a
     * restart, and with these values a rule may be violated.
     */
    private static void checkRelations(RestartKeys.Kept<KernelConfig> kernel) {
        List<Problem> problems = new ArrayList<>();
        for (KernelRelations.Broken broken : KernelRelations.brokenIn(kernel.value())) {
            List<String> waiting = Stream.of(broken.first(), broken.second())
                    .map(pointer -> "policy_kernel" + pointer.replace('/', '.'))
                    .filter(kernel.ignored()::contains)
                    .toList();
            if (broken.severity() == Problem.Severity.ERROR && !waiting.isEmpty()) {
                problems.add(Problem.error(
                        Location.ofFile(KERNEL_FILE),
                        broken.message() + "; '" + waiting.getFirst()
                                + "' has changed, but keeps its old value until the process is restarted"));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private static Problem waits(String file, String key) {
        return Problem.warning(
                Location.ofFile(file),
                key + " has changed, which needs a restart of the process; the old value stays in force");
    }

    private static @Nullable WorkerCoreConfig find(EngineConfig config, String name) {
        return config.workers().stream()
                .filter(worker -> worker.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
