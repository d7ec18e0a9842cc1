package io.policyengine.it.operation;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the lines about chains say of them; {@code LogsTest} in {@code app} has the JSON that lines become. */
class LogFieldsTest {
    private static final String WORKERS =
            PATIENT + "workers: [ { name: one, timeout_ms: 1000 }, { name: two, timeout_ms: 5000 } ]\n";

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.policyengine");
    private final List<Line> written = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            written.add(new Line(event));
        }
    };
    private final TestEngine engine;

    LogFieldsTest(@TempDir Path directory) {
        this.engine = new TestEngine(TestWorker.Form.EMBEDDED, directory);
    }

    @BeforeEach
    void listen() {
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        engine.close();
        logger.detachAppender(appender);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    @Test
    void aChainThatGoesOnWithoutAPolicySaysWhichFailedAndWhatFollowed() {
        start("[ { policy: setHeader }, { policy: cutOff, on_failure: continue }, { policy: later } ]");

        assertThat(engine.get("r").status()).isEqualTo(200);

        Line failed = line("kernel", "exchange failed: secret");
        assertThat(failed.level()).isEqualTo(Level.WARN);
        assertThat(failed.field("route_name")).isEqualTo("r");
        assertThat(failed.field("worker_name")).isEqualTo("one");
        assertThat(failed.field("policy")).isEqualTo("cutOff");
        assertThat(failed.field("phase")).isEqualTo("request");
        assertThat(failed.field("failed_at")).isEqualTo("cutOff");
        assertThat(failed.field("on_failure_action")).isEqualTo("continue");
        assertThat(failed.field("policies_executed")).isEqualTo(List.of("setHeader"));
        assertThat(failed.field("policies_skipped")).isEqualTo(List.of());
        Line ran = line("kernel", "a chain ran");
        assertThat(ran.level()).isEqualTo(Level.DEBUG);
        assertThat(ran.field("policies_executed")).isEqualTo(List.of("setHeader", "later"));
        assertThat(ran.field("policies_skipped")).isEqualTo(List.of());
        assertThat(ran.field("duration_ms")).isInstanceOf(Number.class);
    }

    @Test
    void aChainThatEndsForAFailureSaysWhatDoesNotRun() {
        start(
                "[ { policy: setHeader }, { policy: cutOff, name: broken, on_failure: skip_remaining }, { policy: later } ]");

        assertThat(engine.get("r").status()).isEqualTo(200);

        Line failed = line("kernel", "exchange failed: secret");
        assertThat(failed.field("failed_at")).isEqualTo("broken");
        assertThat(failed.field("policy")).isEqualTo("cutOff");
        assertThat(failed.field("on_failure_action")).isEqualTo("skip_remaining");
        assertThat(failed.field("policies_executed")).isEqualTo(List.of("setHeader"));
        assertThat(failed.field("policies_skipped")).isEqualTo(List.of("later"));
        Line ran = line("kernel", "a chain ran");
        assertThat(ran.field("policies_executed")).isEqualTo(List.of("setHeader"));
        assertThat(ran.field("policies_skipped")).isEqualTo(List.of("later"));
    }

    @Test
    void anEntryThatTakesTheTimeOfItsCallIsPassedOverAlone() {
        start(
                "[ { policy: later }, { policy: setHeader, on_failure: continue }, { policy: never, on_failure: continue },"
                        + " { policy: later, name: last } ]");

        assertThat(engine.get("r").status()).isEqualTo(200);

        Line failed = line("kernel", "exchange failed: no answer within ");
        assertThat(failed.field("code")).isEqualTo("POLICY_TIMEOUT");
        assertThat(failed.field("failed_at")).isEqualTo("never");
        assertThat(failed.field("on_failure_action")).isEqualTo("continue");
        assertThat(failed.field("policies_executed")).isEqualTo(List.of("later", "setHeader"));
        assertThat(failed.field("policies_skipped")).isEqualTo(List.of());
        Line ran = line("kernel", "a chain ran");
        assertThat(ran.field("policies_executed")).isEqualTo(List.of("later", "setHeader", "last"));
    }

    @Test
    void aFailureThatDeniesSaysSoInTheLinesOfKernelAndWorker() {
        start("[ { policy: later }, { policy: failing }, { policy: setHeader } ]");

        assertThat(engine.get("r").status()).isEqualTo(500);

        Line kernel = line("kernel", "exchange failed: ");
        assertThat(kernel.field("on_failure_action")).isEqualTo("deny");
        assertThat(kernel.field("policies_executed")).isEqualTo(List.of("later"));
        assertThat(kernel.field("policies_skipped")).isEqualTo(List.of("setHeader"));
        Line worker = line("worker", "a policy failed");
        assertThat(worker.field("failed_at")).isEqualTo("failing");
        assertThat(worker.field("on_failure_action")).isEqualTo("deny");
    }

    @Test
    void aDenialIsToldAtDebugWithWhatRanAndWhatDidNot() {
        start("[ { policy: setHeader }, { policy: denying }, { policy: later } ]");

        assertThat(engine.get("r").status()).isEqualTo(401);

        Line denied = line("kernel", "denied with 401");
        assertThat(denied.level()).isEqualTo(Level.DEBUG);
        assertThat(denied.field("policy")).isEqualTo("denying");
        assertThat(denied.field("phase")).isEqualTo("request");
        assertThat(denied.field("policies_executed")).isEqualTo(List.of("setHeader", "denying"));
        assertThat(denied.field("policies_skipped")).isEqualTo(List.of("later"));
    }

    @Test
    void nothingIsWrittenOfChainsThatRunUnlessTheLevelIsDebug() {
        start("[ { policy: setHeader }, { policy: cutOff, on_failure: continue } ]");
        logger.setLevel(Level.INFO);

        assertThat(engine.get("r").status()).isEqualTo(200);

        assertThat(line("kernel", "exchange failed: ").field("failed_at")).isEqualTo("cutOff");
        assertThat(written).noneMatch(line -> line.message().equals("a chain ran"));
    }

    private void start(String requestChain) {
        engine.worker("one", UnaryOperator.identity(), "setHeader", "failing", "cutOff", "never", "denying")
                .worker("two", UnaryOperator.identity(), "later")
                .start(WORKERS, route("r", requestChain, "[]"));
    }

    /** The only line of this part whose message begins so; waits for it, since an answer may come before its line. */
    private Line line(String component, String message) {
        Await.until(() -> lines(component, message).findAny().isPresent());
        List<Line> found = lines(component, message).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private Stream<Line> lines(String component, String message) {
        return written.stream()
                .filter(line -> line.of(component))
                .filter(line -> line.message().startsWith(message));
    }

    /** A line of the log, with what is beside its message. */
    private record Line(ILoggingEvent event) {
        Level level() {
            return event.getLevel();
        }

        String message() {
            return event.getFormattedMessage();
        }

        boolean of(String component) {
            return event.getLoggerName().startsWith("io.policyengine." + component + ".");
        }

        /** The value of a field: a number, a list of texts, or a text, as they are written. */
        Object field(String name) {
            List<Object> values = event.getKeyValuePairs().stream()
                    .filter(pair -> pair.key.equals(name))
                    .map(pair -> pair.value)
                    .toList();
            assertThat(values).as("%s in %s", name, message()).hasSize(1);
            return switch (values.getFirst()) {
                case List<?> parts -> parts.stream().map(String::valueOf).toList();
                case Number number -> number;
                case Object other -> other.toString();
            };
        }
    }
}
