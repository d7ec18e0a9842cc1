package io.policyengine.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.time.Ticker;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.remote.TlsFiles;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Records and producers that do not take them at once. */
class KafkaDeliveryTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Feed feed = new Feed(
            "all",
            1 << 20,
            new Capacity(1 << 20),
            Ticker.SYSTEM,
            WorkerMetric.SINK_SENT.counter(meters, "all"),
            new Losses("all", Ticker.SYSTEM, meters));

    private static SinkConfig config() {
        return switch (SinkConfig.bind(
                new YAMLMapper().readTree("{ type: kafka, servers: ['127.0.0.1:1'], topic: records }"))) {
            case BoundParams.Ok<SinkConfig>(var config) -> config;
            case BoundParams.Invalid<SinkConfig>(var problems) ->
                throw new IllegalArgumentException(problems.toString());
        };
    }

    private static MockProducer<byte[], byte[]> good() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void deliver(Supplier<Producer<byte[], byte[]>> maker) {
        OpenSink sink = new OpenSink(
                "all",
                feed,
                new KafkaDelivery(
                        config(), new TlsFiles(null, null, null), InstantSource.system(), Ticker.SYSTEM, maker));
        sink.offer(new QueuedRecord(SinkRig.record(1), Settings.of(config(), Optional.empty())));
        Await.until(() -> feed.heldBytes() == 0);
        Await.result(sink.close(Duration.ofSeconds(5)));
    }

    @Test
    void aProducerThatHasFailedForGoodGivesWayToANewOne() {
        MockProducer<byte[], byte[]> failed = good();
        failed.sendException = new KafkaException("in an error state");
        MockProducer<byte[], byte[]> next = good();
        Deque<Producer<byte[], byte[]>> producers = new ArrayDeque<>(List.of(failed, next));

        deliver(producers::remove);

        assertThat(failed.closed()).isTrue();
        assertThat(next.history()).hasSize(1);
    }

    @Test
    void aRecordWaitsUntilTheClusterLetsTheProducerIn() {
        AtomicInteger refusals = new AtomicInteger();
        MockProducer<byte[], byte[]> strict =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            ProducerRecord<byte[], byte[]> record, Callback callback) {
                        if (refusals.incrementAndGet() > 1) {
                            return super.send(record, callback);
                        }
                        SaslAuthenticationException refused = new SaslAuthenticationException("a wrong password");
                        callback.onCompletion(null, refused);
                        return CompletableFuture.failedFuture(refused);
                    }
                };

        deliver(() -> strict);

        assertThat(strict.history()).hasSize(1);
        assertThat(WorkerMetric.SINK_LOST
                        .counter(meters, "all", LossReason.REFUSED.label())
                        .count())
                .isZero();
    }
}
