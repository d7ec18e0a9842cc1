package io.policyengine.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A reader of the log that does not read. */
@Timeout(60)
class BoundedLogTest {
    private static final int ROOM = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LoggerContext context = new LoggerContext();
    private final Reader reader = new Reader();
    private final BoundedLog log = new BoundedLog(
            Logs.encoder(context), reader, ROOM, InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
    private final Logger logger = logger("io.policyengine.kernel.Any");

    private Logger logger(String name) {
        Logger logger = context.getLogger(name);
        logger.setLevel(Level.TRACE);
        if (!log.isStarted()) {
            log.setContext(context);
            log.start();
        }
        logger.addAppender(log);
        return logger;
    }

    @AfterEach
    void goOn() {
        reader.reads.countDown();
        context.stop();
    }

    @Test
    void whoeverLogsDoesNotWaitAndWhatFindsNoRoomIsCountedAndTold() {
        for (int i = 0; i < 5_000; i++) {
            logger.info("line {}", i);
        }

        long dropped = log.dropped(LogLevel.INFO);
        assertThat(dropped).isPositive();
        reader.reads.countDown();
        log.awaitWrittenBlocking(PATIENCE);
        logger.info("afterwards");
        log.awaitWrittenBlocking(PATIENCE);
        assertThat(reader.messages().filter(line -> line.startsWith("line "))).hasSize((int) (5_000 - dropped));
        assertThat(reader.bytesOf("line ")).isLessThan(ROOM);
        assertThat(reader.lines()
                        .filter(line -> line.path("message").stringValue().startsWith("log lines were dropped")))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.at("/metadata/left_out").longValue()).isEqualTo(dropped);
                    assertThat(line.path("level").stringValue()).isEqualTo("WARN");
                });
        assertThat(reader.messages()).contains("afterwards");
    }

    @Test
    void errorsAndChangesHaveARestOfTheRoomToThemselves() {
        for (int i = 0; i < 5_000; i++) {
            logger.warn("line {}", i);
        }

        logger.error("an error");
        logger(AuditLog.LOGGER).info("a change");
        reader.reads.countDown();
        log.awaitWrittenBlocking(PATIENCE);

        assertThat(reader.messages()).contains("an error", "a change");
        assertThat(log.dropped(LogLevel.ERROR)).isZero();
    }

    @Test
    void linesAboutExchangesLeaveRoomForOthers() {
        Logger access = logger(AccessLog.LOGGER);
        for (int i = 0; i < 5_000; i++) {
            access.info("line {}", i);
        }

        logger.info("something else");
        reader.reads.countDown();
        log.awaitWrittenBlocking(PATIENCE);

        assertThat(reader.messages()).contains("something else");
        assertThat(reader.bytesOf("line ")).isBetween((long) ROOM / 4, (long) ROOM / 2);
    }

    @Test
    void errorsAreDroppedTooWhereThereAreMoreThanThereIsRoomFor() {
        for (int i = 0; i < 5_000; i++) {
            logger.error("line {}", i);
        }

        assertThat(log.dropped(LogLevel.ERROR)).isPositive();
    }

    @Test
    void ofAVeryLongLineTheBeginningIsLogged() {
        reader.reads.countDown();

        logger.atInfo()
                .addKeyValue("route_name", "/r")
                .addKeyValue("problems", "y".repeat(200_000))
                .log("x".repeat(200_000));
        log.awaitWrittenBlocking(PATIENCE);

        assertThat(reader.lines()).singleElement().satisfies(line -> {
            assertThat(line.path("message").stringValue()).startsWith("xxxx").contains(" … (a line of 400");
            assertThat(line.path("route_name").stringValue()).isEqualTo("/r");
            assertThat(line.toString().length()).isLessThan(BoundedLog.LONGEST_LINE);
        });
    }

    @Test
    void aReaderThatIsGoneIsNoReasonToStop() throws Exception {
        reader.reads.countDown();
        reader.isGone = true;
        logger.info("lost");
        Await.until(() -> log.dropped(LogLevel.INFO) == 1);

        reader.isGone = false;
        logger.info("read");
        log.awaitWrittenBlocking(PATIENCE);

        assertThat(reader.messages()).contains("read").doesNotContain("lost");
    }

    @Test
    void theEndWaitsNoLongerThanItIsTold() {
        logger.info("never read");

        log.awaitWrittenBlocking(Duration.ofMillis(1));

        assertThat(reader.lines()).isEmpty();
    }

    /** The other end of the pipe. */
    private static final class Reader extends OutputStream {
        private final CountDownLatch reads = new CountDownLatch(1);
        private final Queue<byte[]> written = new ConcurrentLinkedQueue<>();
        private volatile boolean isGone;

        @Override
        public void write(int octet) {
            throw new UnsupportedOperationException("a line is written at once");
        }

        @Override
        public void write(byte[] line) throws IOException {
            try {
                reads.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (isGone) {
                throw new IOException("Broken pipe");
            }
            written.add(line);
        }

        Stream<JsonNode> lines() {
            return List.copyOf(written).stream()
                    .map(line -> new JsonMapper().readTree(new String(line, StandardCharsets.UTF_8)));
        }

        Stream<String> messages() {
            return lines().map(line -> line.path("message").stringValue());
        }

        long bytesOf(String message) {
            return written.stream()
                    .filter(line -> new String(line, StandardCharsets.UTF_8).contains("\"message\":\"" + message))
                    .mapToLong(line -> line.length)
                    .sum();
        }
    }
}
