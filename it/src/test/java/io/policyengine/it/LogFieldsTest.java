package io.policyengine.it;

import static io.policyengine.it.TestEngine.PATIENT;
import static io.policyengine.it.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.policyengine.app.log.Logs;
import io.policyengine.testkit.time.Await;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the lines about chains say of them, as the JSON that a reader of the logs gets. */
class LogFieldsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String WORKERS =
            PATIENT + "workers: [ { name: one, timeout_ms: 300 }, { name: two, timeout_ms: 5000 } ]\n";

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.policyengine");
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    private final TestEngine engine;

    LogFieldsTest(@TempDir Path directory) {
        this.engine = new TestEngine(TestWorker.Form.EMBEDDED, directory);
    }

    @BeforeEach
    void listen() {
        appender.setContext(logger.getLoggerContext());
        appender.setEncoder(Logs.encoder(logger.getLoggerContext()));
        appender.setOutputStream(written);
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
        start("[ { policy: setHeader }, { policy: failing, on_failure: continue }, { policy: later } ]");

        assertThat(engine.get("r").status()).isEqualTo(200);

        JsonNode failed = line("kernel", "exchange failed: secret");
        assertThat(failed.path("level").stringValue()).isEqualTo("ERROR");
        assertThat(failed.path("route_name").stringValue()).isEqualTo("r");
        assertThat(failed.path("worker_name").stringValue()).isEqualTo("one");
        assertThat(failed.path("policy").stringValue()).isEqualTo("failing");
        assertThat(failed.path("phase").stringValue()).isEqualTo("request");
        assertThat(failed.path("failed_at").stringValue()).isEqualTo("failing");
        assertThat(failed.path("on_failure_action").stringValue()).isEqualTo("continue");
        assertThat(names(failed, "policies_executed")).containsExactly("setHeader");
        assertThat(names(failed, "policies_skipped")).isEmpty();
        JsonNode ran = line("kernel", "a chain ran");
        assertThat(ran.path("level").stringValue()).isEqualTo("DEBUG");
        assertThat(names(ran, "policies_executed")).containsExactly("setHeader", "later");
        assertThat(names(ran, "policies_skipped")).isEmpty();
        assertThat(ran.path("duration_ms").isNumber()).isTrue();
    }

    @Test
    void aChainThatEndsForAFailureSaysWhatDoesNotRun() {
        start(
                "[ { policy: setHeader }, { policy: failing, name: broken, on_failure: skip_remaining }, { policy: later } ]");

        assertThat(engine.get("r").status()).isEqualTo(200);

        JsonNode failed = line("kernel", "exchange failed: secret");
        assertThat(failed.path("failed_at").stringValue()).isEqualTo("broken");
        assertThat(failed.path("policy").stringValue()).isEqualTo("failing");
        assertThat(failed.path("on_failure_action").stringValue()).isEqualTo("skip_remaining");
        assertThat(names(failed, "policies_executed")).containsExactly("setHeader");
        assertThat(names(failed, "policies_skipped")).containsExactly("later");
        JsonNode ran = line("kernel", "a chain ran");
        assertThat(names(ran, "policies_executed")).containsExactly("setHeader");
        assertThat(names(ran, "policies_skipped")).containsExactly("later");
    }

    @Test
    void aWorkerThatFailsIsPassedOverWithAllOfItsPolicies() {
        start(
                "[ { policy: later }, { policy: setHeader, on_failure: continue }, { policy: never, on_failure: continue },"
                        + " { policy: later, name: last } ]");

        assertThat(engine.get("r").status()).isEqualTo(200);

        JsonNode failed = line("kernel", "exchange failed: ");
        assertThat(failed.path("metadata").path("code").stringValue()).isEqualTo("WORKER_TIMEOUT");
        assertThat(failed.path("failed_at").stringValue()).isEqualTo("setHeader");
        assertThat(failed.path("on_failure_action").stringValue()).isEqualTo("continue");
        assertThat(names(failed, "policies_executed")).containsExactly("later");
        assertThat(names(failed, "policies_skipped")).containsExactly("never");
        JsonNode ran = line("kernel", "a chain ran");
        assertThat(names(ran, "policies_executed")).containsExactly("later", "last");
        assertThat(names(ran, "policies_skipped")).containsExactly("setHeader", "never");
    }

    @Test
    void aFailureThatDeniesSaysSoInTheLinesOfKernelAndWorker() {
        start("[ { policy: later }, { policy: failing }, { policy: setHeader } ]");

        assertThat(engine.get("r").status()).isEqualTo(500);

        JsonNode kernel = line("kernel", "exchange failed: ");
        assertThat(kernel.path("on_failure_action").stringValue()).isEqualTo("deny");
        assertThat(names(kernel, "policies_executed")).containsExactly("later");
        assertThat(names(kernel, "policies_skipped")).containsExactly("setHeader");
        JsonNode worker = line("worker", "a policy failed");
        assertThat(worker.path("failed_at").stringValue()).isEqualTo("failing");
        assertThat(worker.path("on_failure_action").stringValue()).isEqualTo("deny");
    }

    @Test
    void aDenialIsToldAtDebugWithWhatRanAndWhatDidNot() {
        start("[ { policy: setHeader }, { policy: denying }, { policy: later } ]");

        assertThat(engine.get("r").status()).isEqualTo(401);

        JsonNode denied = line("kernel", "denied with 401");
        assertThat(denied.path("level").stringValue()).isEqualTo("DEBUG");
        assertThat(denied.path("policy").stringValue()).isEqualTo("denying");
        assertThat(denied.path("phase").stringValue()).isEqualTo("request");
        assertThat(names(denied, "policies_executed")).containsExactly("setHeader", "denying");
        assertThat(names(denied, "policies_skipped")).containsExactly("later");
    }

    @Test
    void nothingIsWrittenOfChainsThatRunUnlessTheLevelIsDebug() {
        start("[ { policy: setHeader }, { policy: failing, on_failure: continue } ]");
        logger.setLevel(Level.INFO);

        assertThat(engine.get("r").status()).isEqualTo(200);

        assertThat(line("kernel", "exchange failed: ").path("failed_at").stringValue())
                .isEqualTo("failing");
        assertThat(lines()).noneMatch(line -> line.path("message").stringValue().equals("a chain ran"));
    }

    private void start(String requestChain) {
        engine.worker("one", UnaryOperator.identity(), "setHeader", "failing", "never", "denying")
                .worker("two", UnaryOperator.identity(), "later")
                .start(WORKERS, route("r", requestChain, "[]"));
    }

    /** The only line of this part whose message begins so; waits for it, since an answer may come before its line. */
    private JsonNode line(String component, String message) {
        Await.until(() -> lines(component, message).findAny().isPresent());
        List<JsonNode> found = lines(component, message).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private Stream<JsonNode> lines(String component, String message) {
        return lines().filter(line -> line.path("component").stringValue().equals(component))
                .filter(line -> line.path("message").stringValue().startsWith(message));
    }

    private Stream<JsonNode> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().map(JSON::readTree);
    }

    private static List<String> names(JsonNode line, String field) {
        assertThat(line.path(field).isArray()).as("%s in %s", field, line).isTrue();
        return line.path(field).valueStream().map(JsonNode::stringValue).toList();
    }
}
