package io.policyengine.kernel;

import io.policyengine.core.log.LogFields;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.Exposition;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.metrics.merge.MergedFamilies;
import io.policyengine.core.metrics.merge.ReplicaMetrics;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.registry.MetricsReading;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A scrape of the kernel's metrics and, with {@code observability.metrics.workers}, those of its workers. The kernel's
 * event loop requests the workers' metrics without waiting. Their answers are read and written off the event loops, one
 * scrape at a time. The bytes and samples of an answer are limited, see {@link MergedFamilies}.
 */
final class WorkerScrape {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerScrape.class);

    /** Prefix of the kernel's own metric names, which workers may not use. */
    private static final String KERNEL = "policy_kernel_";

    private static final Map<String, String> KNOWN = known();

    private final Context loop;
    private final Generations generations;
    private final EngineRegistry registry;
    private final KernelMeters meters;
    /** The number of replicas whose metrics the last response contained, by worker. */
    private final Map<String, Integer> shown = new ConcurrentHashMap<>();

    private final Map<String, Runnable> gauges = new HashMap<>();
    /** The reason, last logged for each replica, why some of its metrics are left out. */
    private final Map<Origin, String> logged = new HashMap<>();

    /** A replica of a worker, by its address. */
    private record Origin(String worker, String replica) {}

    WorkerScrape(Context loop, Generations generations, EngineRegistry registry, KernelMeters meters) {
        this.loop = loop;
        this.generations = generations;
        this.registry = registry;
        this.meters = meters;
    }

    private static Map<String, String> known() {
        Map<String, String> types = new HashMap<>();
        Stream.<Metric>concat(Stream.of(WorkerMetric.values()), Stream.of(EngineMetric.values()))
                .forEach(metric ->
                        types.put(metric.id(), metric.description().type().prometheus()));
        return Map.copyOf(types);
    }

    /**
     * Requests the workers' metrics, if they are configured to be shown. Returns a function that writes all metrics in
     * a given format. The function takes too long for an event loop, and is not thread-safe. Callable on any thread.
     */
    Future<Function<String, Exposition>> prepare() {
        Promise<Function<String, Exposition>> prepared = Promise.promise();
        loop.runOnContext(_ -> read().onComplete(prepared));
        return prepared.future();
    }

    private Future<Function<String, Exposition>> read() {
        Generation current = generations.current();
        boolean isWanted = current != null
                && current.config().kernel().observability().metrics().workers();
        Future<List<MetricsReading>> read =
                isWanted ? generations.registry().readMetrics() : Future.succeededFuture(List.of());
        return read.map(readings -> format -> expose(format, readings));
    }

    private Exposition expose(String format, List<MetricsReading> readings) {
        MergedFamilies families = new MergedFamilies(KERNEL, KNOWN);
        Map<String, Integer> counts = new HashMap<>();
        Map<Origin, String> reasons = new HashMap<>();
        for (MetricsReading reading : readings) {
            ReplicaMetrics metrics = reading.metrics();
            String failure = reading.failure();
            if (metrics != null) {
                counts.merge(reading.worker(), families.add(metrics) ? 1 : 0, Integer::sum);
            } else if (failure != null) {
                counts.merge(reading.worker(), 0, Integer::sum);
                Origin from = new Origin(reading.worker(), reading.replica());
                log(Level.INFO, from, failure);
                reasons.put(from, failure);
            }
        }
        show(counts);
        Exposition exposition = registry.expose(format, families);
        for (MergedFamilies.Refusal refusal : families.refusals()) {
            meters.metricsRefused(refusal.worker()).increment();
            Origin from = new Origin(refusal.worker(), refusal.replica());
            if (reasons.putIfAbsent(from, refusal.reason()) == null) {
                log(Level.WARN, from, refusal.reason());
            }
        }
        logged.clear();
        logged.putAll(reasons);
        return exposition;
    }

    private void show(Map<String, Integer> counts) {
        shown.keySet().retainAll(counts.keySet());
        shown.putAll(counts);
        for (String worker : counts.keySet()) {
            gauges.computeIfAbsent(worker, _ -> meters.metricsRead(worker, () -> shown.getOrDefault(worker, 0)));
        }
        gauges.entrySet().removeIf(gauge -> {
            boolean isGone = !counts.containsKey(gauge.getKey());
            if (isGone) {
                gauge.getValue().run();
            }
            return isGone;
        });
    }

    /** Logs why metrics of a replica are left out, unless the reason was the same at the last scrape. */
    private void log(Level level, Origin from, String reason) {
        if (!reason.equals(logged.get(from))) {
            LOG.atLevel(level)
                    .addKeyValue(LogFields.WORKER_NAME, from.worker())
                    .addKeyValue(LogFields.SOCKET, from.replica())
                    .log("the kernel's metrics omit metrics of a worker: {}", reason);
        }
    }
}
