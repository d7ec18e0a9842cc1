package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.config.Priority;
import io.policyengine.core.metrics.ConfigMetric;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.trace.SpanCounts;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Creates the kernel's meters. Plans of routes keep the meters that they use, so requests call no method of this class.
 */
public final class KernelMeters {
    /** The value of the label {@code route} where no route policy matches. */
    public static final String UNKNOWN_ROUTE = RouteLabels.UNKNOWN;

    /** The value of the label {@code worker} where no policy ran. */
    public static final String NO_WORKER = "none";

    private static final double[] CALLS = {1, 2, 3, 4, 5, 10};

    private final MeterRegistry registry;
    private final BoundedLabels labels;

    public KernelMeters(MeterRegistry registry) {
        this.registry = registry;
        this.labels = new BoundedLabels(registry);
    }

    /**
     * Changes the label values of routes. Meters in use keep their values.
     *
     * @param atMost maximum number of label values
     */
    public void labelRoutes(RouteLabels wanted, int atMost) {
        labels.want(wanted, atMost);
    }

    public CallMeters calls(String route, String worker) {
        return new CallMeters(() -> makeCalls(labels.of(route), worker));
    }

    private CallMeters.Meters makeCalls(String route, String worker) {
        Map<CallStatus, Counter> counters = new EnumMap<>(CallStatus.class);
        for (CallStatus status : CallStatus.values()) {
            counters.put(status, KernelMetric.REQUESTS.counter(registry, route, worker, status.label()));
        }
        return new CallMeters.Meters(
                counters,
                KernelMetric.REQUEST_DURATION.durations(registry, route, worker),
                KernelMetric.WORKER_TIMEOUTS.counter(registry, worker));
    }

    public RouteMeters route(String route, int requestWorkers, int responseWorkers) {
        OnDemand<String> label = new OnDemand<>(() -> labels.of(route));
        return new RouteMeters(
                new CallMeters(() -> makeCalls(label.get(), NO_WORKER)),
                () -> makeAnswers(label.get()),
                () -> makeRoute(label.get(), requestWorkers, responseWorkers),
                (worker, failure) -> KernelMetric.PARTIAL_CHAINS.counter(
                        registry, label.get(), worker, failure.name().toLowerCase(Locale.ROOT)),
                (policy, reason) -> KernelMetric.SHADOW_NOT_RUN.counter(registry, label.get(), policy, reason));
    }

    private Map<AnswerKind, Counter> makeAnswers(String route) {
        Map<AnswerKind, Counter> answers = new EnumMap<>(AnswerKind.class);
        for (AnswerKind kind : AnswerKind.values()) {
            answers.put(kind, KernelMetric.ANSWERS.counter(registry, route, kind.label()));
        }
        return answers;
    }

    private RouteMeters.Meters makeRoute(String route, int requestWorkers, int responseWorkers) {
        return new RouteMeters.Meters(
                KernelMetric.WORKER_CALLS.summary(registry, CALLS, route),
                KernelMetric.CHAIN_DURATION.durations(registry, route, Integer.toString(requestWorkers)),
                KernelMetric.CHAIN_DURATION.durations(registry, route, Integer.toString(responseWorkers)),
                KernelMetric.CONFLICTS.counter(registry, route, "header_overwritten"));
    }

    /**
     * Removes the meters of routes that no longer exist.
     *
     * @param values the routes' values of the label {@code route}
     */
    public void forget(Collection<String> values) {
        Set<String> gone = new HashSet<>(values);
        labels.forget(gone);
        registry.getMeters().stream()
                .filter(meter -> gone.contains(meter.getId().getTag("route")))
                .forEach(registry::remove);
    }

    public void openExchanges(Supplier<Number> open, Supplier<Number> max) {
        KernelMetric.OPEN_EXCHANGES.gauge(registry, open);
        KernelMetric.MAX_EXCHANGES.gauge(registry, max);
    }

    public void bufferedBytes(Supplier<Number> held, Supplier<Number> max) {
        KernelMetric.BUFFERED_BYTES.gauge(registry, held);
        KernelMetric.MAX_BUFFERED_BYTES.gauge(registry, max);
    }

    /** Registers the gauge of a worker's calls in flight; the result unregisters it. */
    public Runnable callsInFlight(String worker, Supplier<Number> calls) {
        return removalOf(KernelMetric.WORKER_CALLS_IN_FLIGHT.gauge(registry, calls, worker));
    }

    /** Registers the gauge of a worker's adaptive limit of calls in flight; the result unregisters it. */
    public Runnable callLimit(String worker, Supplier<Number> calls) {
        return removalOf(KernelMetric.WORKER_CALL_LIMIT.gauge(registry, calls, worker));
    }

    /** Registers the gauge of the bytes held for one purpose. */
    public void heldBytes(String holder, Supplier<Number> held) {
        EngineMetric.HELD_BYTES.gauge(registry, held, holder);
    }

    /** Registers the counters of sent and dropped spans. */
    public void traceSpans(SpanCounts spans) {
        KernelMetric.TRACE_SPANS_EXPORTED.counter(registry, spans, SpanCounts::exported);
        KernelMetric.TRACE_SPANS_DROPPED.counter(registry, spans, SpanCounts::droppedForRoom, "full");
        KernelMetric.TRACE_SPANS_DROPPED.counter(registry, spans, SpanCounts::droppedByFailure, "failed");
        KernelMetric.TRACE_SPANS_DROPPED.counter(registry, spans, SpanCounts::droppedAtTheEnd, "ended");
    }

    /** Registers the counter of exchanges that were ended to free memory for others. */
    public <T> void shedExchanges(T counting, ToDoubleFunction<T> count) {
        KernelMetric.SHED_EXCHANGES.counter(registry, counting, count);
    }

    public <T> void refusedStreams(T counting, ToDoubleFunction<T> count) {
        KernelMetric.REFUSED_STREAMS.counter(registry, counting, count);
    }

    /** Registers gauges of a worker's callable and configured replicas; the result unregisters them. */
    public Runnable workerReplicas(String worker, Supplier<Number> callable, Supplier<Number> configured) {
        Runnable now = removalOf(KernelMetric.WORKER_REPLICAS.gauge(registry, callable, worker));
        Runnable all = removalOf(KernelMetric.WORKER_REPLICAS_CONFIGURED.gauge(registry, configured, worker));
        return () -> {
            now.run();
            all.run();
        };
    }

    /** Registers gauges of the last reload: its success (1 or 0), and its time in seconds since 1970. */
    public void lastReload(Supplier<Number> isSuccess, Supplier<Number> seconds) {
        ConfigMetric.LAST_RELOAD_SUCCESSFUL.gauge(registry, isSuccess);
        ConfigMetric.LAST_RELOAD_TIME.gauge(registry, seconds);
    }

    /** Registers the gauge of a worker's availability; the result unregisters it. */
    public Runnable workerHealth(String worker, Supplier<Boolean> available) {
        return removalOf(KernelMetric.WORKER_HEALTH.gauge(registry, () -> available.get() ? 1 : 0, worker));
    }

    /** Registers the gauge of a worker's replicas whose metrics the kernel shows; the result unregisters it. */
    public Runnable metricsRead(String worker, Supplier<Number> replicas) {
        metricsRefused(worker);
        return removalOf(KernelMetric.WORKER_METRICS_READ.gauge(registry, replicas, worker));
    }

    /** Returns the counter of a worker's metrics that the kernel does not show. */
    public Counter metricsRefused(String worker) {
        return KernelMetric.WORKER_METRICS_REFUSED.counter(registry, worker);
    }

    /** Registers the gauge of a policy's health as its worker reports it; the result unregisters it. */
    public Runnable policyHealth(String worker, String policy, Supplier<Boolean> well) {
        return removalOf(KernelMetric.POLICY_HEALTH.gauge(registry, () -> well.get() ? 1 : 0, worker, policy));
    }

    /**
     * Registers the gauge of the number of policies that a worker declares but may not run; the result unregisters it.
     */
    public Runnable refusedPolicies(String worker, Supplier<Number> count) {
        return removalOf(KernelMetric.REFUSED_POLICIES.gauge(registry, count, worker));
    }

    /** Registers the gauge of an override in force; the result unregisters it. */
    public Runnable override(String kind, String name, String mode) {
        return removalOf(ConfigMetric.OVERRIDES.gauge(registry, () -> 1, kind, name, mode));
    }

    private Runnable removalOf(Gauge gauge) {
        return () -> registry.remove(gauge);
    }

    public Counter configReloads(String status) {
        return ConfigMetric.RELOADS.counter(registry, status.toLowerCase(Locale.ROOT));
    }

    public void generation(Supplier<Number> id) {
        ConfigMetric.GENERATION.gauge(registry, id);
    }

    /**
     * Registers gauges of the number of replaced generations that exchanges still use, and of the seconds since the
     * oldest was replaced.
     */
    public void pinnedGenerations(Supplier<Number> count, Supplier<Number> oldestAge) {
        ConfigMetric.PINNED_GENERATIONS.gauge(registry, count);
        ConfigMetric.OLDEST_PINNED_GENERATION.gauge(registry, oldestAge);
    }

    /** Registers the gauge of the active configuration's hash; the result unregisters it. */
    public Runnable configuration(String hash) {
        return removalOf(ConfigMetric.HASH.gauge(registry, () -> 1, hash));
    }

    /** Registers the gauge of the number of the active generation's routes in a state. */
    public void routes(String state, Supplier<Number> count) {
        ConfigMetric.ROUTES.gauge(registry, count, state);
    }

    /** Registers the gauge of the routes that stay served because a part of the last change was left out. */
    public void keptRoutes(Supplier<Number> count) {
        ConfigMetric.KEPT_ROUTES.gauge(registry, count);
    }

    /**
     * Registers the gauge that is 1 while the conf files are unusable and the last good generation is in force instead.
     */
    public void lastGood(Supplier<Number> isInForce) {
        ConfigMetric.LAST_GOOD.gauge(registry, isInForce);
    }

    /** Registers the gauge of the seconds for which a conf file has been changing too often to be read. */
    public void unseenChange(Supplier<Number> seconds) {
        ConfigMetric.UNSEEN_CHANGE.gauge(registry, seconds);
    }

    /** Registers the gauge of the age, in seconds, of the oldest change of files that has not taken effect. */
    public void pendingChange(Supplier<Number> seconds) {
        ConfigMetric.PENDING_CHANGE.gauge(registry, seconds);
    }

    public Counter generationStoreFailures() {
        return ConfigMetric.GENERATION_STORE_FAILURES.counter(registry);
    }

    /** Registers the gauge of mode overrides that Envoy ignores, by kind, connection and route. */
    public void ignoredOverrides(Supplier<Number> count) {
        KernelMetric.IGNORED_OVERRIDES.gauge(registry, count);
    }

    /** Returns the counter of changes in whether the kernel trusts Envoy to honour mode overrides. */
    public Counter overrideTrust(String route, String direction, String standing) {
        return KernelMetric.OVERRIDE_TRUST.counter(registry, labels.of(route), direction, standing);
    }

    public Counter exchanges(String outcome) {
        return KernelMetric.EXCHANGES.counter(registry, outcome);
    }

    /** Returns the counter of exchanges that were refused at their start because of overload. */
    public Counter refusedExchanges(Priority priority, String limit) {
        return KernelMetric.REFUSED_EXCHANGES.counter(registry, priority.name().toLowerCase(Locale.ROOT), limit);
    }

    /**
     * Registers gauges of the adaptive limit: exchanges admitted per second, number of event loops that limit
     * exchanges, and seconds that messages wait.
     */
    public void adaptiveLimit(Supplier<Number> rate, Supplier<Number> loops, Supplier<Number> wait) {
        KernelMetric.ADAPTIVE_LIMIT.gauge(registry, rate);
        KernelMetric.LIMITING_LOOPS.gauge(registry, loops);
        KernelMetric.LOOP_WAIT.gauge(registry, wait);
    }

    public Counter pathsRefused(String kind) {
        return KernelMetric.PATHS_REFUSED.counter(registry, kind);
    }

    /** Returns the counter of requests that were refused for their method or authority. */
    public Counter requestsRefused(String kind) {
        return KernelMetric.REQUESTS_REFUSED.counter(registry, kind);
    }

    /** Returns the counter of messages that violate the protocol. */
    public Counter illegalMessages(String kind) {
        return KernelMetric.ILLEGAL_MESSAGES.counter(registry, kind);
    }

    public Counter ignoredMessages() {
        return KernelMetric.IGNORED_MESSAGES.counter(registry);
    }

    public Counter ignoredMetadata() {
        return KernelMetric.IGNORED_METADATA.counter(registry);
    }

    public Counter adminRefusals(String reason) {
        return KernelMetric.ADMIN_REFUSALS.counter(registry, reason);
    }
}
