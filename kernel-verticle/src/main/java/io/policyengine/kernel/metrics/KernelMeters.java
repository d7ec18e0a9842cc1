package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.metrics.MetricBuckets;
import io.policyengine.core.metrics.MetricNames;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Makes the kernel's meters. Never called per request: plans hold what it makes. */
public final class KernelMeters {
    /** The value of the label {@code route} where no route policy matches. */
    public static final String UNKNOWN_ROUTE = "unknown";

    /** The value of the label {@code worker} where no policy ran. */
    public static final String NO_WORKER = "none";

    private final MeterRegistry registry;

    /** Meters in this registry. */
    public KernelMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The meters of calls to one worker for one route. */
    public CallMeters calls(String route, String worker) {
        return new CallMeters(() -> makeCalls(route, worker));
    }

    private CallMeters.Meters makeCalls(String route, String worker) {
        Map<CallStatus, Counter> counters = new EnumMap<>(CallStatus.class);
        for (CallStatus status : CallStatus.values()) {
            counters.put(
                    status,
                    registry.counter(
                            MetricNames.KERNEL_REQUESTS,
                            Tags.of("route", route, "worker", worker, "status", status.label())));
        }
        return new CallMeters.Meters(
                counters,
                timer(MetricNames.KERNEL_REQUEST_DURATION, Tags.of("route", route, "worker", worker)),
                registry.counter(MetricNames.KERNEL_WORKER_TIMEOUTS, "worker", worker));
    }

    /** The meters of one route. */
    public RouteMeters route(String route, int requestWorkers, int responseWorkers) {
        return new RouteMeters(
                calls(route, NO_WORKER),
                () -> makeRoute(route, requestWorkers, responseWorkers),
                (worker, failure) -> partialChains(route, worker, failure),
                (policy, reason) -> registry.counter(
                        MetricNames.KERNEL_SHADOW_NOT_RUN,
                        Tags.of("route", route, "policy", policy, "reason", reason)));
    }

    private RouteMeters.Meters makeRoute(String route, int requestWorkers, int responseWorkers) {
        return new RouteMeters.Meters(
                DistributionSummary.builder(MetricNames.KERNEL_WORKER_CALLS)
                        .tag("route", route)
                        .serviceLevelObjectives(1, 2, 3, 4, 5, 10)
                        .register(registry),
                chainTimer(route, requestWorkers),
                chainTimer(route, responseWorkers),
                registry.counter(
                        MetricNames.KERNEL_CONFLICTS, Tags.of("route", route, "conflict_type", "header_overwritten")));
    }

    /** Ends the series of routes that are no more. */
    public void forget(Collection<String> routes) {
        Set<String> gone = new HashSet<>(routes);
        registry.getMeters().stream()
                .filter(meter -> gone.contains(meter.getId().getTag("route")))
                .forEach(registry::remove);
    }

    private Counter partialChains(String route, String failedWorker, ErrorCode failure) {
        String type = failure.name().toLowerCase(Locale.ROOT);
        return registry.counter(
                MetricNames.KERNEL_PARTIAL_CHAINS,
                Tags.of("route", route, "failed_worker", failedWorker, "failure_type", type));
    }

    /** Shows whether a worker can be called, until what is returned is run. */
    public Runnable workerHealth(String worker, Supplier<Boolean> available) {
        Gauge gauge = Gauge.builder(MetricNames.KERNEL_WORKER_HEALTH, available, is -> is.get() ? 1 : 0)
                .tag("worker", worker)
                .strongReference(true)
                .register(registry);
        return () -> registry.remove(gauge);
    }

    /** Shows whether a policy is well by its worker's word, until what is returned is run. */
    public Runnable policyHealth(String worker, String policy, Supplier<Boolean> well) {
        Gauge gauge = Gauge.builder(MetricNames.KERNEL_POLICY_HEALTH, well, is -> is.get() ? 1 : 0)
                .tags("worker", worker, "policy", policy)
                .strongReference(true)
                .register(registry);
        return () -> registry.remove(gauge);
    }

    /** Shows how many policies a worker declares and may not run, until what is returned is run. */
    public Runnable refusedPolicies(String worker, Supplier<Number> count) {
        Gauge gauge = Gauge.builder(MetricNames.KERNEL_REFUSED_POLICIES, count)
                .tag("worker", worker)
                .strongReference(true)
                .register(registry);
        return () -> registry.remove(gauge);
    }

    /** Shows that an override is in force, until what is returned is run. */
    public Runnable override(String kind, String name, String mode) {
        Gauge gauge = Gauge.builder(MetricNames.KERNEL_OVERRIDES, () -> 1)
                .tags("kind", kind, "name", name, "mode", mode)
                .register(registry);
        return () -> registry.remove(gauge);
    }

    /** Counts what became of configurations. */
    public Counter configReloads(String status) {
        return registry.counter(MetricNames.KERNEL_CONFIG_RELOAD, "status", status.toLowerCase(Locale.ROOT));
    }

    /** Shows the number of the active generation. */
    public void generation(Supplier<Number> id) {
        Gauge.builder(MetricNames.KERNEL_CONFIG_GENERATION, id).register(registry);
    }

    /** Shows how many routes of the active generation are in a state. */
    public void routes(String state, Supplier<Number> count) {
        Gauge.builder(MetricNames.KERNEL_ROUTES, count).tag("state", state).register(registry);
    }

    /** Shows whether a last good generation is in the place of files that cannot be used. */
    public void lastGood(Supplier<Number> isInForce) {
        Gauge.builder(MetricNames.KERNEL_CONFIG_LAST_GOOD, isInForce).register(registry);
    }

    /** Counts generations that could not be written to the disk. */
    public Counter generationStoreFailures() {
        return registry.counter(MetricNames.KERNEL_GENERATION_STORE_FAILURES);
    }

    /** Shows how many kinds of override are ignored, each on one connection and route. */
    public void ignoredOverrides(Supplier<Number> count) {
        Gauge.builder(MetricNames.KERNEL_IGNORED_OVERRIDES, count).register(registry);
    }

    /** Counts changes of the trust that Envoy honours overrides. */
    public Counter overrideTrust(String route, String direction, String standing) {
        return registry.counter(
                MetricNames.KERNEL_OVERRIDE_TRUST,
                Tags.of("route", route, "direction", direction, "standing", standing));
    }

    /** Counts events of the ext_proc server: {@code policy_kernel_exchanges_total{outcome}}. */
    public Counter exchanges(String outcome) {
        return registry.counter(MetricNames.KERNEL_EXCHANGES, "outcome", outcome);
    }

    /** Counts requests that were refused for their path: {@code policy_kernel_paths_refused_total{kind}}. */
    public Counter pathsRefused(String kind) {
        return registry.counter(MetricNames.KERNEL_PATHS_REFUSED, "kind", kind);
    }

    /** Counts requests that were refused for method or authority: {@code policy_kernel_requests_refused_total{kind}}. */
    public Counter requestsRefused(String kind) {
        return registry.counter(MetricNames.KERNEL_REQUESTS_REFUSED, "kind", kind);
    }

    /** Counts resets that would have ended a connection with all exchanges on it. */
    public Counter guardedResets() {
        return registry.counter(MetricNames.KERNEL_GUARDED_RESETS);
    }

    /** Counts requests that the management API lets nobody in for: {@code policy_kernel_admin_refusals_total{reason}}. */
    public Counter adminRefusals(String reason) {
        return registry.counter(MetricNames.KERNEL_ADMIN_REFUSALS, "reason", reason);
    }

    private Timer chainTimer(String route, int workers) {
        return timer(
                MetricNames.KERNEL_CHAIN_DURATION, Tags.of("route", route, "num_workers", Integer.toString(workers)));
    }

    private Timer timer(String name, Tags tags) {
        return Timer.builder(name)
                .tags(tags)
                .serviceLevelObjectives(MetricBuckets.durations())
                .register(registry);
    }
}
