package io.policyengine.worker.sink;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.sink.SinkRef;
import io.policyengine.core.time.Ticker;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.callout.CalloutTargets;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Sinks of one process, with the real clock. */
final class SinkRig implements AutoCloseable {
    private static final YAMLMapper YAML = new YAMLMapper();

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Sinks sinks;
    private final Vertx vertx = Vertx.vertx();
    private final CalloutTargets targets;

    /** Sinks by their names, as worker.yaml says them. */
    SinkRig(Path directory, String yaml) {
        this(directory, yaml, Map.of());
    }

    /** The same with targets by their names. */
    SinkRig(Path directory, String yaml, Map<String, TargetConfig> called) {
        targets = new CalloutTargets(vertx, Ticker.SYSTEM, called, meters);
        Map<String, SinkConfig> named = new HashMap<>();
        YAML.readTree(yaml).forEachEntry((name, json) -> named.put(name, config(json)));
        sinks = new Sinks(InstantSource.system(), Ticker.SYSTEM, directory, named, targets, meters);
    }

    private static SinkConfig config(JsonNode json) {
        return switch (SinkConfig.bind(json)) {
            case BoundParams.Ok<SinkConfig>(var config) -> config;
            case BoundParams.Invalid<SinkConfig>(var problems) ->
                throw new IllegalArgumentException(problems.toString());
        };
    }

    /** A target that has much time: on a busy machine a batch would be sent twice otherwise. */
    static TargetConfig patient(String url) {
        return switch (ParamsBinder.of(TargetConfig.class)
                .bind(YAML.readTree("{ url: '" + url + "', timeout_ms: 20000 }"))) {
            case BoundParams.Ok<TargetConfig>(var config) -> config;
            case BoundParams.Invalid<TargetConfig>(var problems) ->
                throw new IllegalArgumentException(problems.toString());
        };
    }

    static SinkRef ref(String yaml) {
        return SinkRef.of(YAML.readTree(yaml));
    }

    Sinks.Use use(String yaml) {
        return use(yaml, Optional.empty());
    }

    Sinks.Use use(String yaml, Optional<Sealing> sealing) {
        return sinks.useBlocking(ref(yaml), sealing, "tests", new CalloutTargets.Files() {
            @Override
            public <T> WatchedFile<T> watch(String path, FileParser<T> parser) {
                throw new AssertionError("no test has files of TLS");
            }
        });
    }

    Sink sink(String yaml) {
        return use(yaml).sink();
    }

    static SinkRecord record(int number) {
        return record(number, "");
    }

    static SinkRecord record(int number, String padding) {
        return new SinkRecord(
                "id-" + number,
                "io.policyengine.test",
                Instant.EPOCH,
                Buffer.buffer("{\"number\":" + number + ",\"padding\":\"" + padding + "\"}"),
                false);
    }

    double sent(String sink) {
        return WorkerMetric.SINK_SENT.counter(meters, sink).count();
    }

    double lost(String sink, LossReason reason) {
        return WorkerMetric.SINK_LOST.counter(meters, sink, reason.label()).count();
    }

    double queued(String sink) {
        return meters.get(WorkerMetric.SINK_QUEUED_BYTES.id())
                .tag("sink", sink)
                .gauge()
                .value();
    }

    void awaitSent(String sink, int records) {
        Await.until(() -> sent(sink) >= records);
    }

    /** Ends as a process does that is told to. */
    @Override
    public void close() {
        Await.result(sinks.close());
        Await.result(targets.close());
        Await.result(vertx.close());
    }
}
