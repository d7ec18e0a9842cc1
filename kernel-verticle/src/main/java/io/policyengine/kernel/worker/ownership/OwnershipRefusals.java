package io.policyengine.kernel.worker.ownership;

import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.worker.ownership.Declarations.Refused;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs and counts the policies that workers declare but may not run. Each change is logged once. Confined to the
 * registry's event loop.
 */
public final class OwnershipRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(OwnershipRefusals.class);

    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private Set<Refused> told = Set.of();

    private record News(String worker, Declarations.Reason reason, String why) {}

    /** Replaces the known refused policies, and logs those that are new. */
    public void report(List<Refused> refused) {
        Map<News, Set<String>> fresh = new LinkedHashMap<>();
        Map<String, Integer> now = new HashMap<>();
        for (Refused one : refused) {
            now.merge(one.worker(), 1, Integer::sum);
            if (!told.contains(one)) {
                fresh.computeIfAbsent(new News(one.worker(), one.reason(), one.why()), _ -> new HashSet<>())
                        .add(one.policy());
            }
        }
        fresh.forEach(OwnershipRefusals::tell);
        told = Set.copyOf(refused);
        counts.keySet().retainAll(now.keySet());
        counts.putAll(now);
    }

    private static void tell(News news, Set<String> policies) {
        boolean meant = news.reason() == Declarations.Reason.EXCLUDED;
        LOG.atLevel(meant ? Level.WARN : Level.ERROR)
                .addKeyValue(LogFields.WORKER_NAME, news.worker())
                .addKeyValue(LogFields.SEVERITY, meant ? "warning" : "critical")
                .log(
                        "worker '{}' declares refused policies: {}; {}",
                        news.worker(),
                        policies.stream().sorted().toList(),
                        news.why());
    }

    /** Returns the number of a worker's refused policies. Thread-safe. */
    public int count(String worker) {
        return counts.getOrDefault(worker, 0);
    }
}
