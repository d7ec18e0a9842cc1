package io.policyengine.it.sinks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.sink.SinkRef;
import io.policyengine.core.time.Ticker;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.callout.CalloutTargets;
import io.policyengine.worker.sink.Sinks;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.StringNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A process with one sink, to which it gives records until it is killed. */
final class SinkProcess {
    static final String NAME = "all";

    private SinkProcess() {}

    /**
     * Gives records with the ids {@code id-FIRST}, {@code id-FIRST+1}, …, and prints the number of the next one whenever all before are out of
     * its memory.
     *
     * @param arguments the sink as YAML, the directory, and FIRST
     */
    public static void main(String[] arguments) {
        try (Rig rig = new Rig(Path.of(arguments[1]), arguments[0])) {
            int next = Integer.parseInt(arguments[2]);
            while (true) {
                for (int i = 0; i < 20; i++) {
                    rig.sink.offer(record(next++));
                }
                Await.until(() -> rig.queued() == 0);
                System.out.println(next);
                System.out.flush();
            }
        }
    }

    static SinkRecord record(int number) {
        return new SinkRecord(
                "id-" + number,
                "io.policyengine.test",
                Instant.EPOCH,
                Buffer.buffer("{\"number\":" + number + "}"),
                false);
    }

    /** One sink, in this process. */
    static final class Rig implements AutoCloseable {
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final Sink sink;
        final Sinks.Use use;
        private final Vertx vertx = Vertx.vertx();
        private final CalloutTargets targets = new CalloutTargets(vertx, Ticker.SYSTEM, Map.of(), meters);
        private final Sinks sinks;

        Rig(Path directory, String yaml) {
            SinkConfig config = switch (SinkConfig.bind(new YAMLMapper().readTree(yaml))) {
                case BoundParams.Ok<SinkConfig>(var bound) -> bound;
                case BoundParams.Invalid<SinkConfig>(var problems) ->
                    throw new IllegalArgumentException(problems.toString());
            };
            sinks = new Sinks(InstantSource.system(), Ticker.SYSTEM, directory, Map.of(NAME, config), targets, meters);
            use = sinks.useBlocking(
                    SinkRef.of(StringNode.valueOf(NAME)), Optional.empty(), "tests", new CalloutTargets.Files() {
                        @Override
                        public <T> WatchedFile<T> watch(String path, FileParser<T> parser) {
                            return read(KafkaBroker.CERTIFICATES.resolve(path), parser);
                        }
                    });
            sink = use.sink();
        }

        private static <T> WatchedFile<T> read(Path path, FileParser<T> parser) {
            try {
                T content = parser.parse(Files.readString(path));
                return () -> content;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        double queued() {
            return meters.get(WorkerMetric.SINK_QUEUED_BYTES.id()).gauge().value();
        }

        double sent() {
            return WorkerMetric.SINK_SENT.counter(meters, NAME).count();
        }

        double lost() {
            return meters.find(WorkerMetric.SINK_LOST.id()).counters().stream()
                    .mapToDouble(counter -> counter.count())
                    .sum();
        }

        @Override
        public void close() {
            Await.result(sinks.close());
            Await.result(targets.close());
            Await.result(vertx.close());
        }
    }
}
