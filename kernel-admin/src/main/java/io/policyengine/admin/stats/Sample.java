package io.policyengine.admin.stats;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.policyengine.core.metrics.Distribution;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.kernel.metrics.KernelMeters;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** The values of the process's meters at one time. */
final class Sample {
    /** The gauges that have only one series, by metric name. */
    private static final Map<String, String> GAUGES = Map.of(
            KernelMetric.OPEN_EXCHANGES.id(), "open_exchanges",
            KernelMetric.MAX_EXCHANGES.id(), "max_exchanges",
            KernelMetric.BUFFERED_BYTES.id(), "buffered_bytes",
            KernelMetric.MAX_BUFFERED_BYTES.id(), "max_buffered_bytes",
            KernelMetric.STUCK_LOOPS.id(), "stuck_loops");

    final long nanos;

    final SortedMap<String, Long> outcomes = new TreeMap<>();
    final SortedMap<String, Long> gauges = new TreeMap<>();
    final Map<String, MeterFigures> routes = new HashMap<>();

    final SortedMap<String, MeterFigures> workers = new TreeMap<>();
    final SortedMap<String, Long> callsInFlight = new TreeMap<>();
    final SortedMap<String, MeterFigures> policies = new TreeMap<>();
    final Distribution loopLag;

    private Sample(long nanos, EngineRegistry registry) {
        this.nanos = nanos;
        this.loopLag = registry.durations(EngineMetric.LOOP_LAG, "").getOrDefault("", Distribution.NONE);
    }

    /** Takes a sample of all meters. Needs as much time as a scrape. */
    static Sample takeBlocking(EngineRegistry registry, long nanos) {
        Sample sample = new Sample(nanos, registry);
        for (Meter meter : registry.getMeters()) {
            sample.add(meter);
        }
        durations(registry.durations(KernelMetric.CHAIN_DURATION, "route"), sample.routes);
        durations(registry.durations(KernelMetric.REQUEST_DURATION, "worker"), sample.workers);
        durations(registry.durations(WorkerMetric.EXECUTION_DURATION, "policy"), sample.policies);
        return sample;
    }

    private static void durations(Map<String, Distribution> found, Map<String, MeterFigures> figures) {
        found.forEach((name, durations) -> of(figures, name).durations = durations);
        figures.remove(KernelMeters.NO_WORKER);
    }

    private static MeterFigures of(Map<String, MeterFigures> figures, String name) {
        return figures.computeIfAbsent(name, _ -> new MeterFigures());
    }

    private static String tag(Meter.Id id, String name) {
        return Objects.requireNonNullElse(id.getTag(name), "");
    }

    private void add(Meter meter) {
        Meter.Id id = meter.getId();
        switch (meter) {
            case Counter counter -> count(id, counter.count());
            case DistributionSummary summary
            when id.getName().equals(KernelMetric.WORKER_CALLS.id()) ->
                of(routes, tag(id, "route")).exchanges += summary.count();
            case Gauge gauge -> show(id, gauge);
            default -> {}
        }
    }

    private void count(Meter.Id id, double number) {
        String name = id.getName();
        if (name.equals(KernelMetric.REQUESTS.id())) {
            MeterFigures route = of(routes, tag(id, "route"));
            route.add(tag(id, "status"), number);
            String worker = tag(id, "worker");
            if (worker.equals(KernelMeters.NO_WORKER)) {
                route.exchanges += (long) number;
            } else {
                of(workers, worker).add(tag(id, "status"), number);
            }
        } else if (name.equals(KernelMetric.EXCHANGES.id())) {
            outcomes.put(tag(id, "outcome"), (long) number);
        } else if (name.equals(WorkerMetric.EXECUTIONS.id())) {
            of(policies, tag(id, "policy")).add(tag(id, "status"), number);
        }
    }

    private void show(Meter.Id id, Gauge gauge) {
        String own = GAUGES.get(id.getName());
        if (own != null) {
            gauges.put(own, (long) gauge.value());
        } else if (id.getName().equals(KernelMetric.WORKER_CALLS_IN_FLIGHT.id())) {
            callsInFlight.put(tag(id, "worker"), (long) gauge.value());
        }
    }
}
