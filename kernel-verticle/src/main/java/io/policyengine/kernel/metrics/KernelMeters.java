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

/** Makes the kernel's meters. Never called per request: plans hold what it makes. */
public final class KernelMeters {
    /** The value of the label {@code route} where no route policy matches. */
    public static final String UNKNOWN_ROUTE = RouteLabels.UNKNOWN;

    /** The value of the label {@code worker} where no policy ran. */
    public static final String NO_WORKER = "none";

    private static final double[] CALLS = {1, 2, 3, 4, 5, 10};

    private final MeterRegistry registry;
    private final BoundedLabels labels;

    /** Meters in this registry. */
    public KernelMeters(MeterRegistry registry) {
        this.registry = registry;
        this.labels = new BoundedLabels(registry);
    }

    /**
     * Labels the meters of routes with these values from now on, except those already in use.
     *
     * @param atMost limit of values
     */
    public void labelRoutes(RouteLabels wanted, int atMost) {
        labels.want(wanted, atMost);
    }

    /** The meters of calls to one worker for one route. */
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

    /** The meters of one route. */
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

    /** Ends the series of routes that are no more, by the values of their label. */
    public void forget(Collection<String> values) {
        Set<String> gone = new HashSet<>(values);
        labels.forget(gone);
        registry.getMeters().stream()
                .filter(meter -> gone.contains(meter.getId().getTag("route")))
                .forEach(registry::remove);
    }

    /** Shows how many exchanges are open, and how many may be. */
    public void openExchanges(Supplier<Number> open, Supplier<Number> max) {
        KernelMetric.OPEN_EXCHANGES.gauge(registry, open);
        KernelMetric.MAX_EXCHANGES.gauge(registry, max);
    }

    /** Shows how many bytes are held, and how many may be. */
    public void bufferedBytes(Supplier<Number> held, Supplier<Number> max) {
        KernelMetric.BUFFERED_BYTES.gauge(registry, held);
        KernelMetric.MAX_BUFFERED_BYTES.gauge(registry, max);
    }

    /** Registers the gauge of a worker's calls in flight; the result unregisters it. */
    public Runnable callsInFlight(String worker, Supplier<Number> calls) {
        return removalOf(KernelMetric.WORKER_CALLS_IN_FLIGHT.gauge(registry, calls, worker));
    }

    /** Shows how many bytes one kind of holder holds. */
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

    /** Counts exchanges that were ended to make room for others. */
    public <T> void shedExchanges(T counting, ToDoubleFunction<T> count) {
        KernelMetric.SHED_EXCHANGES.counter(registry, counting, count);
    }

    /** Counts streams that were refused since too many were open. */
    public <T> void refusedStreams(T counting, ToDoubleFunction<T> count) {
        KernelMetric.REFUSED_STREAMS.counter(registry, counting, count);
    }

    /** Shows how many replicas of a worker can be called and how many there are to be, until what is returned is run. */
    public Runnable workerReplicas(String worker, Supplier<Number> callable, Supplier<Number> configured) {
        Runnable now = removalOf(KernelMetric.WORKER_REPLICAS.gauge(registry, callable, worker));
        Runnable all = removalOf(KernelMetric.WORKER_REPLICAS_CONFIGURED.gauge(registry, configured, worker));
        return () -> {
            now.run();
            all.run();
        };
    }

    /** Shows whether the last change was taken, and when that was in seconds since 1970. */
    public void lastReload(Supplier<Number> isSuccess, Supplier<Number> seconds) {
        ConfigMetric.LAST_RELOAD_SUCCESSFUL.gauge(registry, isSuccess);
        ConfigMetric.LAST_RELOAD_TIME.gauge(registry, seconds);
    }

    /** Shows whether a worker can be called, until what is returned is run. */
    public Runnable workerHealth(String worker, Supplier<Boolean> available) {
        return removalOf(KernelMetric.WORKER_HEALTH.gauge(registry, () -> available.get() ? 1 : 0, worker));
    }

    /** Shows whether a policy is well by its worker's word, until what is returned is run. */
    public Runnable policyHealth(String worker, String policy, Supplier<Boolean> well) {
        return removalOf(KernelMetric.POLICY_HEALTH.gauge(registry, () -> well.get() ? 1 : 0, worker, policy));
    }

    /** Shows how many policies a worker declares and may not run, until what is returned is run. */
    public Runnable refusedPolicies(String worker, Supplier<Number> count) {
        return removalOf(KernelMetric.REFUSED_POLICIES.gauge(registry, count, worker));
    }

    /** Shows that an override is in force, until what is returned is run. */
    public Runnable override(String kind, String name, String mode) {
        return removalOf(ConfigMetric.OVERRIDES.gauge(registry, () -> 1, kind, name, mode));
    }

    private Runnable removalOf(Gauge gauge) {
        return () -> registry.remove(gauge);
    }

    /** Counts what became of configurations. */
    public Counter configReloads(String status) {
        return ConfigMetric.RELOADS.counter(registry, status.toLowerCase(Locale.ROOT));
    }

    /** Shows the number of the active generation. */
    public void generation(Supplier<Number> id) {
        ConfigMetric.GENERATION.gauge(registry, id);
    }

    /** Shows the generations that exchanges pin though another one is active, and for how many seconds the oldest has been replaced. */
    public void pinnedGenerations(Supplier<Number> count, Supplier<Number> oldestAge) {
        ConfigMetric.PINNED_GENERATIONS.gauge(registry, count);
        ConfigMetric.OLDEST_PINNED_GENERATION.gauge(registry, oldestAge);
    }

    /** Shows the hash of the configuration in force, until what is returned is run. */
    public Runnable configuration(String hash) {
        return removalOf(ConfigMetric.HASH.gauge(registry, () -> 1, hash));
    }

    /** Shows how many routes of the active generation are in a state. */
    public void routes(String state, Supplier<Number> count) {
        ConfigMetric.ROUTES.gauge(registry, count, state);
    }

    /** Shows whether a last good generation is in the place of files that cannot be used. */
    public void lastGood(Supplier<Number> isInForce) {
        ConfigMetric.LAST_GOOD.gauge(registry, isInForce);
    }

    /** Shows for how many seconds a change of a file that does not come to rest has not been read. */
    public void unseenChange(Supplier<Number> seconds) {
        ConfigMetric.UNSEEN_CHANGE.gauge(registry, seconds);
    }

    /** Shows for how many seconds the oldest change of the files has not been in force. */
    public void pendingChange(Supplier<Number> seconds) {
        ConfigMetric.PENDING_CHANGE.gauge(registry, seconds);
    }

    /** Counts generations that could not be written to the disk. */
    public Counter generationStoreFailures() {
        return ConfigMetric.GENERATION_STORE_FAILURES.counter(registry);
    }

    /** Shows how many kinds of override are ignored, each on one connection and route. */
    public void ignoredOverrides(Supplier<Number> count) {
        KernelMetric.IGNORED_OVERRIDES.gauge(registry, count);
    }

    /** Counts changes of the trust that Envoy honours overrides. */
    public Counter overrideTrust(String route, String direction, String standing) {
        return KernelMetric.OVERRIDE_TRUST.counter(registry, labels.of(route), direction, standing);
    }

    /** Counts exchanges by how they ended. */
    public Counter exchanges(String outcome) {
        return KernelMetric.EXCHANGES.counter(registry, outcome);
    }

    /** Counts exchanges that were refused as overload when they began. */
    public Counter refusedExchanges(Priority priority, String limit) {
        return KernelMetric.REFUSED_EXCHANGES.counter(registry, priority.name().toLowerCase(Locale.ROOT), limit);
    }

    /** Shows what the adaptive limit does: the rate that may begin, the event loops that limit, and the time in seconds that messages wait. */
    public void adaptiveLimit(Supplier<Number> rate, Supplier<Number> loops, Supplier<Number> wait) {
        KernelMetric.ADAPTIVE_LIMIT.gauge(registry, rate);
        KernelMetric.LIMITING_LOOPS.gauge(registry, loops);
        KernelMetric.LOOP_WAIT.gauge(registry, wait);
    }

    /** Counts requests that were refused for their path. */
    public Counter pathsRefused(String kind) {
        return KernelMetric.PATHS_REFUSED.counter(registry, kind);
    }

    /** Counts requests that were refused for method or authority. */
    public Counter requestsRefused(String kind) {
        return KernelMetric.REQUESTS_REFUSED.counter(registry, kind);
    }

    /** Counts messages against the protocol. */
    public Counter illegalMessages(String kind) {
        return KernelMetric.ILLEGAL_MESSAGES.counter(registry, kind);
    }

    /** Counts messages of Envoy's that are dropped. */
    public Counter ignoredMessages() {
        return KernelMetric.IGNORED_MESSAGES.counter(registry);
    }

    /** Counts exchanges in which metadata of Envoy's is ignored. */
    public Counter ignoredMetadata() {
        return KernelMetric.IGNORED_METADATA.counter(registry);
    }

    /** Counts requests that the management API refused for their token. */
    public Counter adminRefusals(String reason) {
        return KernelMetric.ADMIN_REFUSALS.counter(registry, reason);
    }
}
