package io.policyengine.it.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.time.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink of type kafka against a real broker. */
@Tag("nightly")
class KafkaSinkTest {
    @TempDir
    private static Path data;

    private static KafkaBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = new KafkaBroker(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** The ids of all records of the topic, in their order. */
    private static List<String> ids(String topic, int expected) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.address(), "auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> ids = new ArrayList<>();
            Await.until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    assertThat(record.value().getBytes(StandardCharsets.UTF_8))
                            .isEqualTo(("{\"number\":" + record.key().substring(3) + "}")
                                    .getBytes(StandardCharsets.UTF_8));
                    ids.add(record.key());
                });
                return ids.size() >= expected;
            });
            return ids;
        }
    }

    private static List<String> upTo(int end) {
        return IntStream.range(0, end).mapToObj(number -> "id-" + number).toList();
    }

    @Test
    void eachRecordIsInTheTopicOnceAlsoWhereTheBrokerHangsForAWhile(@TempDir Path directory) throws Exception {
        String sink = "{ type: kafka, servers: ['" + broker.address() + "'], topic: held }";
        try (SinkProcess.Rig rig = new SinkProcess.Rig(directory, sink)) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(rig.sink.offer(SinkProcess.record(i))).isTrue();
            }
            Await.until(() -> rig.sent() == 1_000);

            broker.signal("STOP");
            for (int i = 1_000; i < 2_000; i++) {
                assertThat(rig.sink.offer(SinkProcess.record(i))).isTrue();
            }
            broker.signal("CONT");
            Await.until(() -> rig.sent() == 2_000);

            assertThat(rig.queued()).isZero();
            assertThat(rig.lost()).isZero();
            assertThat(ids("held", 2_000)).isEqualTo(upTo(2_000));
        }
    }

    private static final String TLS =
            "tls: { ca_file: authority.pem, cert_file: client.pem, key_file: client-key.pem }";

    private static String secure(String tls, String mechanism, String password) {
        return "{ type: kafka, servers: ['" + broker.secureAddress() + "'], topic: guarded, " + tls
                + ", sasl: { mechanism: " + mechanism + ", username: " + KafkaBroker.USER + ", password: " + password
                + " } }";
    }

    @Test
    void aUserWithACertificateAndAPasswordGetsInAndOthersWaitOutside(@TempDir Path directory) {
        int number = 0;
        for (String mechanism : List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")) {
            try (SinkProcess.Rig rig = new SinkProcess.Rig(directory, secure(TLS, mechanism, KafkaBroker.PASSWORD))) {
                assertThat(rig.sink.offer(SinkProcess.record(number++))).isTrue();

                Await.until(mechanism + " gets in", () -> rig.sent() == 1);
            }
        }
        String otherAuthority =
                "tls: { ca_file: other-authority.pem, cert_file: client.pem, key_file: client-key.pem }";
        for (String refused : List.of(
                secure(TLS, "SCRAM-SHA-512", "wrong"),
                secure("tls: { ca_file: authority.pem }", "PLAIN", KafkaBroker.PASSWORD),
                secure(otherAuthority, "PLAIN", KafkaBroker.PASSWORD))) {
            try (SinkProcess.Rig rig = new SinkProcess.Rig(directory, refused)) {
                assertThat(rig.sink.offer(SinkProcess.record(99))).isTrue();

                Await.until("it is not let in", () -> rig.use.unwellBecause() != null);

                assertThat(rig.use.unwellBecause()).doesNotContain(KafkaBroker.PASSWORD);
                assertThat(rig.queued()).isPositive();
                assertThat(rig.lost()).isZero();
            }
        }

        assertThat(ids("guarded", number)).isEqualTo(upTo(number));
    }

    @Test
    void aClusterThatCannotBeFoundHoldsNobodyUp(@TempDir Path directory) {
        try (SinkProcess.Rig rig =
                new SinkProcess.Rig(directory, "{ type: kafka, servers: ['127.0.0.1:1'], topic: records }")) {
            assertThat(rig.sink.offer(SinkProcess.record(1))).isTrue();

            Await.until(() -> rig.use.unwellBecause() != null);

            assertThat(rig.use.unwellBecause()).contains("not present in metadata");
            assertThat(rig.queued()).isPositive();
        }
    }
}
