package io.policyengine.worker.sink;

import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.config.SinkConfig.Sasl;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.sink.chain.Checkpoint.Reason;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.remote.TlsFiles;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to a topic with an idempotent producer; all in-sync replicas must acknowledge each record. The feed
 * counts a record's bytes until it is acknowledged, so the feed's limit bounds the memory. While the cluster is
 * unreachable or rejects the producer, records wait. A record that the producer has accepted is lost if it is not
 * acknowledged within two minutes.
 */
final class KafkaDelivery implements Delivery {
    private static final Duration REST_TIME = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** Maximum time that the producer waits for Kafka's metadata or for free memory when a record is sent. */
    private static final Duration MAX_BLOCK = Duration.ofSeconds(2);

    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMinutes(2);

    private final SinkConfig config;
    private final TlsFiles tls;
    private final Sealer sealer;
    private final Supplier<Producer<byte[], byte[]>> maker;
    private final AtomicInteger underWay = new AtomicInteger();

    KafkaDelivery(SinkConfig config, TlsFiles tls, InstantSource clock, Ticker ticker) {
        this.config = config;
        this.tls = tls;
        this.sealer = new Sealer(clock, ticker);
        this.maker = () -> new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    KafkaDelivery(
            SinkConfig config,
            TlsFiles tls,
            InstantSource clock,
            Ticker ticker,
            Supplier<Producer<byte[], byte[]>> maker) {
        this.config = config;
        this.tls = tls;
        this.sealer = new Sealer(clock, ticker);
        this.maker = maker;
    }

    @Override
    public void runBlocking(Feed feed) {
        try (Producers producers = new Producers()) {
            while (!feed.isOver()) {
                List<QueuedRecord> next = feed.take(1, Integer.MAX_VALUE);
                if (!next.isEmpty()) {
                    sendBlocking(feed, producers, next.getFirst());
                } else if (feed.isClosing() && underWay.get() == 0) {
                    break;
                } else if (feed.isClosing()) {
                    feed.pauseBlocking(Duration.ofMillis(5));
                } else {
                    addBlocking(feed, producers, sealer.due());
                    feed.restBlocking(REST_TIME);
                }
            }
            addBlocking(feed, producers, sealer.ending(Reason.END));
        }
    }

    /**
     * Adds a record to the audit chain if required, and sends it with due checkpoints as soon as the producer accepts
     * them.
     */
    private void sendBlocking(Feed feed, Producers producers, QueuedRecord queued) {
        Optional<Sealing> sealing = queued.settings().sealing();
        List<SinkRecord> records = sealing.isPresent()
                ? sealer.seal(queued.record(), sealing.get(), feed.losses().takeUnsealed())
                : List.of(queued.record());
        for (SinkRecord record : records) {
            addBlocking(
                    feed,
                    producers,
                    List.of(record),
                    record.id().equals(queued.record().id()) ? queued : null);
        }
    }

    private void addBlocking(Feed feed, Producers producers, List<SinkRecord> own) {
        addBlocking(feed, producers, own, null);
    }

    private void addBlocking(Feed feed, Producers producers, List<SinkRecord> records, @Nullable QueuedRecord queued) {
        for (SinkRecord record : records) {
            boolean isDone = false;
            while (!isDone && !feed.isOver()) {
                isDone = tryBlocking(feed, producers, record, queued);
                if (!isDone) {
                    feed.pauseBlocking(PAUSE);
                }
            }
            if (!isDone && queued != null) {
                feed.lost(queued, LossReason.CLOSED);
            }
        }
    }

    /**
     * Tries to send a record. Returns false if there is no broker, no access, or no memory, so that it must be tried
     * again.
     */
    private boolean tryBlocking(Feed feed, Producers producers, SinkRecord record, @Nullable QueuedRecord queued) {
        Acknowledgement acknowledgement = new Acknowledgement(feed, queued);
        try {
            // The callback reports the result.
            Future<RecordMetadata> ignored = producers
                    .open()
                    .send(
                            new ProducerRecord<>(
                                    String.valueOf(config.topic()),
                                    record.id().getBytes(StandardCharsets.UTF_8),
                                    oneLine(record)),
                            (_, failure) -> acknowledgement.come(failure));
        } catch (KafkaException notNow) {
            underWay.decrementAndGet();
            feed.failing("the producer rejects records: " + notNow.getMessage());
            producers.close();
            return false;
        }
        return acknowledgement.isAccepted();
    }

    private static byte[] oneLine(SinkRecord record) {
        Buffer line = Buffer.buffer();
        Lines.append(line, record.json());
        return line.getBytes(0, line.length() - 1);
    }

    /**
     * Handles the acknowledgement of a record: on the producer's thread or, if the producer rejects the record, on the
     * sink's thread.
     */
    private final class Acknowledgement {
        private final Feed feed;
        private final @Nullable QueuedRecord queued;
        private final AtomicBoolean isAccepted = new AtomicBoolean(true);

        Acknowledgement(Feed feed, @Nullable QueuedRecord queued) {
            this.feed = feed;
            this.queued = queued;
            underWay.incrementAndGet();
        }

        /** Returns whether the producer accepted the record; if not, the record must be sent again. */
        boolean isAccepted() {
            return isAccepted.get();
        }

        void come(@Nullable Exception failure) {
            underWay.decrementAndGet();
            if (failure == null) {
                if (queued != null) {
                    feed.release(queued);
                }
                feed.delivered(1);
                feed.well();
                return;
            }
            feed.failing("a record was not acknowledged: " + failure.getMessage());
            if (mayPass(failure) && Thread.currentThread() == feed.taker()) {
                isAccepted.set(false);
            } else if (queued != null) {
                feed.lost(queued, reasonOf(failure));
            } else {
                feed.losses().count(reasonOf(failure), 1);
            }
        }

        /** Returns whether the failure concerns the cluster or the access to it, so that a retry may succeed. */
        private static boolean mayPass(Exception failure) {
            return failure instanceof TimeoutException
                    || failure instanceof AuthenticationException
                    || failure instanceof AuthorizationException;
        }

        private static LossReason reasonOf(Exception failure) {
            return switch (failure) {
                case RecordTooLargeException _ -> LossReason.TOO_LARGE;
                case TimeoutException _ -> LossReason.EXPIRED;
                default -> LossReason.REFUSED;
            };
        }
    }

    /** Holds the current producer, which is created for the first record, and created again after it was closed. */
    private final class Producers implements AutoCloseable {
        private @Nullable Producer<byte[], byte[]> producer;

        Producer<byte[], byte[]> open() {
            Producer<byte[], byte[]> there = producer;
            if (there == null) {
                there = maker.get();
                producer = there;
            }
            return there;
        }

        @Override
        public void close() {
            Producer<byte[], byte[]> there = producer;
            producer = null;
            if (there != null) {
                there.close(Duration.ofSeconds(1));
            }
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.servers());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "policy-engine");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) ACKNOWLEDGED_WITHIN.toMillis());
        settings.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG, (long) Math.max(config.queueBytes(), 2 * SinkRecord.MAX_BYTES));
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * SinkRecord.MAX_BYTES);
        settings.put(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        settings.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        addSecurity(settings);
        return settings;
    }

    private void addSecurity(Map<String, Object> settings) {
        Sasl sasl = config.sasl();
        boolean isEncrypted = config.tls() != null;
        String protocol = (sasl == null ? "" : "SASL_") + (isEncrypted ? "SSL" : "PLAINTEXT");
        settings.put("security.protocol", protocol);
        if (isEncrypted) {
            addTls(settings);
        }
        if (sasl != null) {
            boolean isPlain = sasl.mechanism() == Sasl.Mechanism.PLAIN;
            settings.put(SaslConfigs.SASL_MECHANISM, sasl.mechanism().name().replace('_', '-'));
            settings.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    "org.apache.kafka.common.security."
                            + (isPlain ? "plain.PlainLoginModule" : "scram.ScramLoginModule")
                            + " required username=" + quoted(sasl.username())
                            + " password=" + quoted(sasl.password()) + ";");
        }
    }

    private void addTls(Map<String, Object> settings) {
        TlsFiles.Content files = tls.now();
        Buffer authorities = files.authorities();
        Buffer certificate = files.certificate();
        Buffer key = files.key();
        if (authorities != null) {
            settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            settings.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, authorities.toString());
        }
        if (certificate != null && key != null) {
            settings.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PEM");
            settings.put(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, certificate.toString());
            settings.put(SslConfigs.SSL_KEYSTORE_KEY_CONFIG, key.toString());
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
