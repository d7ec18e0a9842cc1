package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Levels of the log by the management API: for a time. */
class LogLevelsTest {
    private static final String EXCHANGE = "/logging/kernel.exchange";
    private static final String QUICK = "{\"level\": \"debug\", \"reason\": \"ticket 4711\", \"for_ms\": 20}";

    private final Levels levels = new Levels();
    private final KernelHarness kernel = ManagedKernels.with(levels);

    /** Those of a process with two components, which are at info unless they were given another. */
    private static final class Levels implements ComponentLevels {
        private final Map<String, LogLevel> given = new ConcurrentHashMap<>();

        @Override
        public List<String> components() {
            return List.of("kernel", "kernel.exchange");
        }

        @Override
        public LogLevel level(String component) {
            return given.getOrDefault(component, LogLevel.INFO);
        }

        @Override
        public void set(String component, @Nullable LogLevel level) {
            given.compute(component, (_, _) -> level);
        }
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start() {
        kernel.worker("a");
        kernel.start("workers: [ { name: a } ]\n", route("/first", "[]", "[]"));
    }

    private Answer put(String path, String body) {
        return Answer.of(kernel, HttpMethod.PUT, path, body, Map.of());
    }

    private Answer delete(String path) {
        return Answer.of(kernel, HttpMethod.DELETE, path, null, Map.of());
    }

    private Answer list() {
        return Answer.of(kernel, HttpMethod.GET, "/logging", null, Map.of());
    }

    @Test
    void aLevelIsSetForAQuarterOfAnHourUnlessItIsSaidForHowLong() {
        start();

        Answer answer = put(EXCHANGE, "{\"level\": \"trace\", \"reason\": \"ticket 4711\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(levels.given).isEqualTo(Map.of("kernel.exchange", LogLevel.TRACE));
        assertThat(list().body().toString())
                .isEqualTo("""
                {"components":[{"component":"kernel","level":"info"},\
                {"component":"kernel.exchange","level":"trace","until":"%s","reason":"ticket 4711"}]}""".formatted(kernel.clock().instant().plus(Duration.ofMinutes(15))));
    }

    @Test
    void aLevelGoesBackByItselfAndSaysSo() {
        start();
        try (CapturedLog log = CapturedLog.of("io.policyengine.admin.api")) {
            put(EXCHANGE, QUICK);

            Await.until("the level of before", () -> levels.given.isEmpty());
            Await.until("a line", () -> log.messages().size() == 2);

            assertThat(log.messages())
                    .containsExactly(
                            "WARN the log level of kernel.exchange is temporarily debug",
                            "INFO the temporary log level of kernel.exchange has ended; its parent's level"
                                    + " or log_level applies");
        }
        assertThat(list().body().at("/components/1/until").isMissingNode()).isTrue();
    }

    @Test
    void aLevelSetAgainLastsAsLongAsItIsSaidLast() {
        start();
        put(EXCHANGE, "{\"level\": \"debug\", \"reason\": \"long\", \"for_ms\": 80000000}");

        put(EXCHANGE, QUICK);
        Await.until("the level of before", () -> levels.given.isEmpty());

        put(EXCHANGE, QUICK.replace("20", "200"));
        put(EXCHANGE, "{\"level\": \"warn\", \"reason\": \"long\", \"until\": \"2026-01-01T23:00:00Z\"}");
        put("/logging/kernel", QUICK.replace("20", "300"));
        Await.until("the later of the short ones is over", () -> !levels.given.containsKey("kernel"));
        assertThat(levels.given).isEqualTo(Map.of("kernel.exchange", LogLevel.WARN));
    }

    @Test
    void aLevelEndsByDeleteAndWithTheKernel() {
        start();
        put(EXCHANGE, "{\"level\": \"debug\", \"reason\": \"a\"}");
        put("/logging/kernel", "{\"level\": \"error\", \"reason\": \"b\"}");

        assertThat(delete(EXCHANGE).body().toString())
                .isEqualTo("{\"component\":\"kernel.exchange\",\"level\":\"info\"}");
        assertThat(levels.given).isEqualTo(Map.of("kernel", LogLevel.ERROR));
        assertThat(delete(EXCHANGE).text("/code")).isEqualTo("not_found");

        Await.result(kernel.stop());
        assertThat(levels.given).isEmpty();
    }

    @Test
    void whatIsNotThereOrNotAllowedIsRefused() {
        start();

        assertThat(put("/logging/io.netty", QUICK).text("/code")).isEqualTo("not_found");
        for (String body : List.of(
                "{\"level\": \"debug\"}",
                "{\"level\": \"loud\", \"reason\": \"a\"}",
                "{\"level\": \"debug\", \"reason\": \"a\\nb\"}",
                "{\"level\": \"debug\", \"reason\": \"a\", \"for_ms\": 86400001}",
                "{\"level\": \"debug\", \"reason\": \"a\", \"for_ms\": 0}",
                "{\"level\": \"debug\", \"reason\": \"a\", \"for_ms\": 5, \"until\": \"2026-01-01T00:01:00Z\"}",
                "{\"level\": \"debug\", \"reason\": \"a\", \"forever\": true}")) {
            assertThat(put(EXCHANGE, body).text("/code")).as(body).isEqualTo("invalid_body");
        }
        for (String until : List.of("2026-01-01T00:00:00Z", "2026-01-02T00:00:01Z")) {
            String body = "{\"level\": \"debug\", \"reason\": \"a\", \"until\": \"" + until + "\"}";
            Answer refused = put(EXCHANGE, body);
            assertThat(refused.status()).as(body).isEqualTo(422);
            assertThat(refused.text("/code")).isEqualTo("invalid_time");
        }
        assertThat(Answer.of(kernel, HttpMethod.PUT, EXCHANGE, QUICK, Answer.WITHOUT_TOKEN)
                        .status())
                .isEqualTo(401);
        assertThat(levels.given).isEmpty();
    }

    @Test
    void theAuditLogTellsIt() {
        start();
        try (CapturedLog log = CapturedLog.of("io.policyengine.audit")) {
            put(
                    EXCHANGE,
                    "{\"level\": \"debug\", \"for_ms\": 60000, \"reason\": \"ticket 4711\", \"password\": \"hush\"}");

            assertThat(log.lines().getFirst())
                    .containsEntry("operation", "putLogLevel")
                    .containsEntry("outcome", "invalid_body")
                    .containsEntry("change", "{\"level\":\"debug\",\"reason\":\"ticket 4711\",\"for_ms\":60000}");
        }
    }
}
