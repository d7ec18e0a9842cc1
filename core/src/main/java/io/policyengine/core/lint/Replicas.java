package io.policyengine.core.lint;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The replicas of the workers in a configuration.
 *
 * @param numbers number of replicas by worker
 */
public record Replicas(Map<String, Integer> numbers) {
    public Replicas {
        numbers = Map.copyOf(numbers);
    }

    /** Returns the replicas in the configuration: each item of {@code workers} is one. */
    public static Replicas of(KernelConfig kernel) {
        return new Replicas(
                kernel.workers().stream().collect(Collectors.toMap(WorkerEndpointConfig::name, _ -> 1, Integer::sum)));
    }

    /** Returns the number of replicas of a worker, or 0 if the worker is not configured. */
    int of(String worker) {
        return numbers.getOrDefault(worker, 0);
    }
}
