package io.policyengine.kernel.worker.registry;

import io.policyengine.core.log.LogFields;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.metrics.KernelMeters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of policies, as replicas last reported it. It is shown in metrics and remarks, and changes are logged. It
 * has no other effect, since the policy's rule for failures applies. Only declared policies are included, so the number
 * of metric series is limited. Confined to the registry's event loop; the unhealthy policies may be read on any thread.
 */
final class PolicyHealth {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyHealth.class);

    private final KernelMeters meters;
    private final Map<Key, Runnable> gauges = new HashMap<>();
    private volatile Map<Key, String> unwell = Map.of();

    private record Key(String worker, String policy) {}

    PolicyHealth(KernelMeters meters) {
        this.meters = meters;
    }

    /** Updates the state from the workers' declarations and the replicas' last reports. */
    void refresh(WorkerSet set, Function<String, @Nullable WorkerDescription> descriptions) {
        Set<Key> declared = new HashSet<>();
        Map<Key, String> now = new LinkedHashMap<>();
        set.replicas().forEach((worker, replicas) -> {
            WorkerDescription description = descriptions.apply(worker.name());
            if (description != null) {
                description
                        .policies()
                        .forEach(policy -> declared.add(
                                new Key(worker.name(), policy.descriptor().name())));
            }
            for (RegisteredReplica replica : replicas) {
                new TreeMap<>(replica.unwellPolicies()).forEach((policy, because) -> {
                    Key key = new Key(worker.name(), policy);
                    if (declared.contains(key)) {
                        now.putIfAbsent(key, replica.address() + ": " + because);
                    }
                });
            }
        });
        Map<Key, String> before = unwell;
        unwell = now;
        show(declared);
        logChanges(before, now, declared);
    }

    private void show(Set<Key> declared) {
        gauges.entrySet().removeIf(gauge -> {
            boolean gone = !declared.contains(gauge.getKey());
            if (gone) {
                gauge.getValue().run();
            }
            return gone;
        });
        for (Key key : declared) {
            gauges.computeIfAbsent(
                    key, _ -> meters.policyHealth(key.worker(), key.policy(), () -> !unwell.containsKey(key)));
        }
    }

    private static void logChanges(Map<Key, String> before, Map<Key, String> now, Set<Key> declared) {
        now.forEach((key, because) -> {
            if (!before.containsKey(key)) {
                LOG.atWarn()
                        .addKeyValue(LogFields.WORKER_NAME, key.worker())
                        .addKeyValue(LogFields.POLICY, key.policy())
                        .addKeyValue(LogFields.REASON, because)
                        .log("a policy is unhealthy; it stays in service");
            }
        });
        for (Key key : before.keySet()) {
            if (!now.containsKey(key) && declared.contains(key)) {
                LOG.atInfo()
                        .addKeyValue(LogFields.WORKER_NAME, key.worker())
                        .addKeyValue(LogFields.POLICY, key.policy())
                        .log("a policy is healthy again");
            }
        }
    }

    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        unwell.forEach((key, because) -> remarks.add(
                "policy '" + key.policy() + "' of worker '" + key.worker() + "' is unhealthy at " + because));
        return remarks;
    }
}
