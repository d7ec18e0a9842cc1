package io.policyengine.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.core.log.LogFields;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON that a reader of the logs gets of a line. */
class LogsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final LoggerContext context = new LoggerContext();

    @Test
    void aLineIsOneObjectWithTimeLevelComponentAndMessage() {
        String text = text(event("io.policyengine.kernel.extproc.Exchange", Level.WARN, "exchange failed: secret"));

        assertThat(text).endsWith("\n").containsOnlyOnce("\n");
        assertThat(JSON.readTree(text))
                .isEqualTo(JSON.readTree("{\"timestamp\":\"2026-01-02T03:04:05.006Z\",\"level\":\"WARN\","
                        + "\"component\":\"kernel\",\"message\":\"exchange failed: secret\"}"));
    }

    @ParameterizedTest
    @CsvSource({
        "io.policyengine.kernel.extproc.Exchange, kernel",
        "io.policyengine.worker.chain.RunningChain, worker",
        "io.policyengine.policies.authentication.jwtvalidation.JwtValidationPolicy, worker",
        AuditLog.LOGGER + ", audit",
        "io.policyengine.app.engine.Engine, process",
        "io.vertx.core.Vertx, process"
    })
    void theComponentFollowsFromWhoLogs(String logger, String component) {
        assertThat(json(event(logger, Level.INFO, "m")).path("component").stringValue())
                .isEqualTo(component);
    }

    @Test
    void knownFieldsStandBesideTheMessageAndOthersInMetadata() {
        JsonNode line = json(with(LogFields.ROUTE_NAME, "r"), with(LogFields.KIND, Level.INFO), with("other", 1));

        assertThat(line.path("route_name").stringValue()).isEqualTo("r");
        assertThat(line.path("metadata")).isEqualTo(JSON.readTree("{\"kind\":\"INFO\",\"other\":1}"));
    }

    @Test
    void namesOfPoliciesAreAListAndNumbersAreNumbers() {
        JsonNode line = json(
                with(LogFields.POLICIES_EXECUTED, List.of("setHeader", "later")),
                with(LogFields.POLICIES_SKIPPED, List.of()),
                with(LogFields.DURATION_MS, 1.5),
                with("long", 5_000_000_000L),
                with("truth", true),
                with("nothing", null));

        assertThat(line.path("policies_executed")).isEqualTo(JSON.readTree("[\"setHeader\",\"later\"]"));
        assertThat(line.path("policies_skipped")).isEqualTo(JSON.readTree("[]"));
        assertThat(line.path("duration_ms")).isEqualTo(JSON.readTree("1.5"));
        assertThat(line.path("metadata"))
                .isEqualTo(JSON.readTree("{\"long\":5000000000,\"truth\":true,\"nothing\":null}"));
    }

    @Test
    void aLineOfTheAccessLogHasItsEntriesAsObjects() {
        LoggingEvent event = event(AccessLog.LOGGER, Level.INFO, "an exchange is over");
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("entry", "auth");
        entry.put("verdict", "denied");
        entry.put("duration_ms", 0.25);
        event.setKeyValuePairs(List.of(
                with(LogFields.REQUEST_ID, "id\n\u001b"),
                with(LogFields.DURATION_MS, 1.5),
                with(LogFields.CODE, "TOKEN_EXPIRED"),
                with(LogFields.STATUS, 401),
                with(LogFields.ENTRIES, List.of(entry))));

        assertThat(text(event)).isEqualTo("""
                {"timestamp":"2026-01-02T03:04:05.006Z","level":"INFO","component":"access","message":"an exchange is over",\
                "request_id":"id\\n\\u001B","duration_ms":1.5,"code":"TOKEN_EXPIRED",\
                "metadata":{"status":401,"entries":[{"entry":"auth","verdict":"denied","duration_ms":0.25}]}}
                """);
    }

    private JsonNode json(KeyValuePair... fields) {
        LoggingEvent event = event("io.policyengine.kernel.extproc.Exchange", Level.INFO, "m");
        event.setKeyValuePairs(List.of(fields));
        return json(event);
    }

    private JsonNode json(ILoggingEvent event) {
        return JSON.readTree(text(event));
    }

    private String text(ILoggingEvent event) {
        Encoder<ILoggingEvent> encoder = Logs.encoder(context);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    private LoggingEvent event(String logger, Level level, String message) {
        LoggingEvent event = new LoggingEvent("", context.getLogger(logger), level, message, null, null);
        event.setInstant(Instant.parse("2026-01-02T03:04:05.006Z"));
        return event;
    }

    private static KeyValuePair with(String name, @Nullable Object value) {
        return new KeyValuePair(name, value);
    }
}
