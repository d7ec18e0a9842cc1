package io.policyengine.worker.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.sink.SinkRef;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.callout.CalloutTargets;
import io.policyengine.worker.remote.TlsFiles;
import io.policyengine.worker.sink.file.Spool;
import io.vertx.core.Future;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The sinks of a worker. Entries that name the same sink or file share a sink with its queue and thread. A sink opens
 * with its first record. When its last entry is removed, it delivers the queued records and closes. Bounded: {@value
 * #MAX_SINKS} sinks, and a 32nd of the heap for all queues. Thread-safe.
 */
public final class Sinks {
    /** Maximum number of sinks in use by a worker; each of them has a thread. */
    static final int MAX_SINKS = 32;

    /** Maximum size of the records of all sinks that wait in memory, in bytes. */
    static final long MAX_BYTES = Math.clamp(Runtime.getRuntime().maxMemory() / 32, 1L << 20, 256L << 20);

    /** The time that a closing sink has for delivering its queued records. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private static final List<Metric> OF_SINKS = List.of(
            WorkerMetric.SINK_SENT,
            WorkerMetric.SINK_LOST,
            WorkerMetric.SINK_QUEUED_BYTES,
            WorkerMetric.SINK_SPOOLED_BYTES,
            WorkerMetric.SINK_FAILING);

    private final InstantSource clock;
    private final Ticker ticker;
    private final Path confDirectory;
    private final Map<String, SinkConfig> named;
    private final CalloutTargets targets;
    private final MeterRegistry meters;
    /** The bytes of all sinks' records that wait in memory. */
    private final Capacity room = new Capacity(MAX_BYTES);

    private final ConcurrentHashMap<Object, Shared> open = new ConcurrentHashMap<>();
    private final Set<Future<Void>> ending = ConcurrentHashMap.newKeySet();
    private final Set<String> labels = ConcurrentHashMap.newKeySet();

    private record Shared(OpenSink sink, int uses) {}

    public static final class Use {
        private final Sink sink;
        private final OpenSink shared;
        private final Object key;
        private final CalloutTargets.@Nullable Use target;

        private Use(Sink sink, OpenSink shared, Object key, CalloutTargets.@Nullable Use target) {
            this.sink = sink;
            this.shared = shared;
            this.key = key;
            this.target = target;
        }

        public Sink sink() {
            return sink;
        }

        /** Returns the reason why the sink is unhealthy, for users, or null. */
        public @Nullable String unwellBecause() {
            return shared.unwellBecause();
        }
    }

    /**
     * Creates the sinks of {@code worker_core.sinks}. Entries may define further sinks.
     *
     * @param confDirectory base of relative paths
     * @param targets the servers of sinks of type http
     */
    public Sinks(
            InstantSource clock,
            Ticker ticker,
            Path confDirectory,
            Map<String, SinkConfig> named,
            CalloutTargets targets,
            MeterRegistry meters) {
        this.clock = clock;
        this.ticker = ticker;
        this.confDirectory = confDirectory;
        this.named = Map.copyOf(named);
        this.targets = targets;
        this.meters = meters;
    }

    /**
     * Adds a use of a sink; {@link #forget} ends the use. May block, because TLS files are read.
     *
     * @throws InvalidParamsException if the sink does not exist, or its settings are invalid
     */
    public Use useBlocking(SinkRef ref, Optional<Sealing> sealing, String policy, CalloutTargets.Files files) {
        SinkConfig config = ref.isName() ? ofName(ref.name()) : inline(ref);
        Object key = keyOf(ref, config);
        TlsFiles tls = tlsBlocking(ref, config, files);
        CalloutTargets.Use target =
                config.target() == null ? null : targets.useBlocking(config.target(), policy, files);
        try {
            Shared shared = Objects.requireNonNull(open.compute(
                    key,
                    (_, there) -> there == null
                            ? new Shared(begin(ref, config, tls, policy, files), 1)
                            : new Shared(there.sink(), there.uses() + 1)));
            return new Use(sinkOf(shared.sink(), Settings.of(config, sealing)), shared.sink(), key, target);
        } catch (InvalidParamsException refused) {
            if (target != null) {
                targets.forget(target);
            }
            throw refused;
        }
    }

    private SinkConfig ofName(String name) {
        SinkConfig config = named.get(name);
        if (config == null) {
            throw new InvalidParamsException(
                    "",
                    "no sink is named '" + name + "' in worker_core.sinks of the worker"
                            + NearestKey.hint(name, named.keySet(), "sinks")
                            + "; or define one in the entry, such as { type: stdout }");
        }
        return config;
    }

    private static SinkConfig inline(SinkRef ref) {
        SinkConfig config = switch (SinkConfig.bind(ref.json())) {
            case BoundParams.Ok<SinkConfig>(var written) -> written;
            case BoundParams.Invalid<SinkConfig>(var problems) -> throw new InvalidParamsException(problems);
        };
        if (config.spool() != null) {
            throw new InvalidParamsException(
                    "/spool",
                    "only a sink in worker_core.sinks can have a spool, since a spool must outlive changes of entries");
        }
        return config;
    }

    /** Returns the key of a sink. Uses with equal keys share a sink. */
    private Object keyOf(SinkRef ref, SinkConfig config) {
        return switch (config.type()) {
            case STDOUT -> SinkConfig.Type.STDOUT;
            case FILE -> fileOf(config);
            case HTTP, KAFKA -> ref;
        };
    }

    private Path fileOf(SinkConfig config) {
        return confDirectory.resolve(String.valueOf(config.path())).normalize();
    }

    private static TlsFiles tlsBlocking(SinkRef ref, SinkConfig config, CalloutTargets.Files files) {
        return config.tls() == null
                ? new TlsFiles(null, null, null)
                : TlsFiles.watchBlocking("worker_core.sinks." + ref.name(), config.tls(), files::watch);
    }

    private OpenSink begin(SinkRef ref, SinkConfig config, TlsFiles tls, String policy, CalloutTargets.Files files) {
        if (open.size() >= MAX_SINKS) {
            throw new InvalidParamsException(
                    "",
                    "more than " + MAX_SINKS
                            + " sinks are in use: let entries share sinks that worker_core.sinks defines");
        }
        String label = labelOf(ref, config);
        Feed feed = new Feed(
                label,
                Math.min(config.queueBytes(), MAX_BYTES),
                room,
                ticker,
                WorkerMetric.SINK_SENT.counter(meters, label),
                new Losses(label, ticker, meters));
        OpenSink sink = new OpenSink(label, feed, delivery(config, tls, policy, files));
        WorkerMetric.SINK_QUEUED_BYTES.gauge(meters, sink::queuedBytes, label);
        WorkerMetric.SINK_SPOOLED_BYTES.gauge(meters, sink::spooledBytes, label);
        WorkerMetric.SINK_FAILING.gauge(meters, () -> sink.unwellBecause() == null ? 0 : 1, label);
        return sink;
    }

    private Delivery delivery(SinkConfig config, TlsFiles tls, String policy, CalloutTargets.Files files) {
        return switch (config.type()) {
            case STDOUT -> new StreamDelivery(new FileOutputStream(FileDescriptor.out), clock, ticker);
            case FILE -> new FileDelivery(fileOf(config), clock, ticker);
            case HTTP -> http(config, policy, files);
            case KAFKA -> new KafkaDelivery(config, tls, clock, ticker);
        };
    }

    private HttpDelivery http(SinkConfig config, String policy, CalloutTargets.Files files) {
        SinkConfig.Spool spool = config.spool();
        Sealer sealer = new Sealer(clock, ticker);
        Backlog backlog = spool == null
                ? new MemoryBacklog(sealer)
                : new SpoolBacklog(new Spool(confDirectory.resolve(spool.directory()), spool, config.fsync()), sealer);
        // A separate use, since the sink still delivers after its last entry is removed.
        CalloutTargets.Use target = targets.useBlocking(String.valueOf(config.target()), policy, files);
        return new HttpDelivery(
                config,
                backlog,
                batch -> target.target().fetch(HttpBatch.request(batch, config.format())),
                new RetryPauses(
                        config.retry(), clock, () -> ThreadLocalRandom.current().nextDouble()),
                ticker,
                () -> targets.forget(target));
    }

    /** Returns a label for the sink's meters that no other open sink has. */
    private String labelOf(SinkRef ref, SinkConfig config) {
        String wished = ref.isName()
                ? ref.name()
                : switch (config.type()) {
                    case STDOUT -> "stdout";
                    case FILE -> String.valueOf(config.path());
                    case HTTP -> String.valueOf(config.target());
                    case KAFKA -> "kafka:" + config.topic();
                };
        String label = wished;
        for (int next = 2; !labels.add(label); next++) {
            label = wished + "-" + next;
        }
        return label;
    }

    private static Sink sinkOf(OpenSink shared, Settings settings) {
        return new Sink() {
            @Override
            public String name() {
                return shared.name();
            }

            @Override
            public boolean offer(SinkRecord record) {
                return shared.offer(new QueuedRecord(record, settings));
            }
        };
    }

    /** Ends a use of a sink. After its last use, the sink delivers its queued records and closes. */
    public void forget(Use use) {
        open.computeIfPresent(use.key, (_, there) -> {
            if (there.uses() > 1) {
                return new Shared(there.sink(), there.uses() - 1);
            }
            end(there.sink());
            return null;
        });
        if (use.target != null) {
            targets.forget(use.target);
        }
    }

    private void end(OpenSink sink) {
        Future<Void> end = sink.close(DRAIN);
        ending.add(end);
        end.onComplete(_ -> {
            ending.remove(end);
            labels.remove(sink.name());
            for (Metric metric : OF_SINKS) {
                meters.find(metric.id()).tag("sink", sink.name()).meters().forEach(meters::remove);
            }
        });
    }

    public int size() {
        return open.size();
    }

    /** Closes all sinks. They first deliver their queued records, within a bounded time. */
    public Future<Void> close() {
        open.values().forEach(shared -> end(shared.sink()));
        open.clear();
        return Future.join(List.copyOf(ending)).mapEmpty();
    }
}
