package io.policyengine.app.top;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The screen of {@code top}. */
class ScreenTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String WORKERS = """
            {"workers": [{"name": "default-worker", "replicas": [{"callable": true}, {"callable": false}]}]}""";
    private static final String OVERRIDES = """
            {"overrides": [{"kind": "policy", "name": "rateLimit", "mode": "off", "state": "active", "reason": "ticket 4711"},
                           {"kind": "route", "name": "/old", "mode": "off", "state": "over", "reason": "long ago"}]}""";
    private static final String NOT_READY = """
            {"status": "not ready", "problems": ["worker 'other' cannot be called: refused"], "notes": ["a note"]}""";

    private static final String TIME = "2026-11-27T03:00:00Z";
    /** The first line of a screen: the engine's address, the time, and the generation. */
    private static final Pattern HEAD = Pattern.compile("policy engine  (\\S+)  (\\S+)  generation ([0-9]+)  ready");

    private static String stats(long at, int times, String route) {
        return """
                {"at_ms": %d, "generation": 12, "exchanges": {"passed": %d, "denied": %d, "failed": %d},
                 "gauges": {"open_exchanges": 3, "max_exchanges": 3276},
                 "loop_lag": {"bounds_ms": [0.5], "counts": [%d]},
                 "routes": {"items": [
                   {"name": "%s", "route": {"state": "active"}, "exchanges": %d, "verdicts": {"ok": %d, "denied": %d},
                    "durations": {"bounds_ms": [1.0, 8.0], "counts": [%d, %d]}},
                   {"name": "/bad", "route": {"state": "refused"}, "exchanges": 0, "verdicts": {},
                    "durations": {"bounds_ms": [], "counts": []}}]},
                 "workers": [{"name": "default-worker", "verdicts": {"ok": %d, "timeout": %d},
                              "durations": {"bounds_ms": [2000.0], "counts": [%d]}}],
                 "policies": [{"name": "idle", "verdicts": {"success": 5}, "durations": {"bounds_ms": [1.0], "counts": [5]}},
                              {"name": "rateLimit", "verdicts": {"success": %d, "denied": %d, "failure": %d},
                               "durations": {"bounds_ms": [0.25], "counts": [%d]}}]}
                """.formatted(
                        at,
                        times * 200,
                        times * 10,
                        times,
                        times,
                        route,
                        times * 211,
                        times * 200,
                        times * 10,
                        times * 99,
                        times,
                        times * 210,
                        times,
                        times * 211,
                        times * 200,
                        times * 10,
                        times,
                        times * 211);
    }

    private static Look look(String stats) {
        return new Look(
                JSON.readTree(stats),
                JSON.readTree(WORKERS),
                JSON.readTree(OVERRIDES),
                new AdminClient.Answer(503, JSON.readTree(NOT_READY)));
    }

    private static List<Screen.Line> screen(int width, int height, String route) {
        return new Screen("localhost:9090", TIME, width, height)
                .of(look(stats(1000, 1, route)), look(stats(3000, 3, route)));
    }

    private static String text(List<Screen.Line> lines) {
        return lines.stream().map(Screen.Line::text).collect(joining("\n"));
    }

    @Test
    void tellsWhatIsWrongFirstAndThenWhatCameBetweenTwoLooks() {
        List<Screen.Line> lines = screen(100, 40, "/api");

        assertThat(text(lines)).isEqualTo("""
                policy engine  localhost:9090  2026-11-27T03:00:00Z  generation 12  NOT READY
                passed 200/s  denied 10.0/s  failed 1.0/s  open 3 of 3276  loop lag p99 500 us
                ! worker 'other' cannot be called: refused
                override: policy rateLimit is off: ticket 4711
                note: a note

                WORKER                                   REPLICAS    CALLS/S  DENIED/S  FAILED/S       P50       P99
                default-worker                           1/2             211         0       1.0    1.92 s    2.00 s

                POLICY                                                RUNS/S  DENIED/S  FAILED/S       P50       P99
                rateLimit                                                211      10.0       1.0    239 us    250 us
                idle                                                       0         0         0         -         -

                ROUTE                                    STATE        EXCH/S  DENIED/S  FAILED/S       P50       P99
                /api                                     active          211      10.0         0    958 us    1.0 ms
                /bad                                     refused           0         0         0         -         -""");
        assertThat(lines.getFirst().style()).isEqualTo(Screen.Style.ALARM);
        assertThat(lines.get(7).style()).isEqualTo(Screen.Style.WARNING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../docs/admin-page.md", "../docs/cli/top.md"})
    void beginsAsThePagesShow(String page) throws IOException {
        String shown = Files.readAllLines(Path.of(page)).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("policy engine  "))
                .collect(joining("\n"));
        Matcher parts = HEAD.matcher(shown);
        assertThat(parts.matches()).as(shown).isTrue();
        String stats = stats(3000, 3, "/api").replace("\"generation\": 12", "\"generation\": " + parts.group(3));
        AdminClient.Answer ready = new AdminClient.Answer(200, JSON.readTree("{}"));
        Look look = new Look(JSON.readTree(stats), JSON.readTree(WORKERS), JSON.readTree(OVERRIDES), ready);

        String time = Top.clock(Instant.parse(parts.group(2)));
        List<Screen.Line> lines = new Screen(parts.group(1), time, 100, 40).of(look, look);

        assertThat(lines.getFirst().text()).isEqualTo(shown);
    }

    @Test
    void hasNoNumbersOfWhatWasNotThereBefore() {
        List<Screen.Line> lines = new Screen("localhost:9090", TIME, 100, 40)
                .of(look(stats(1000, 1, "/other")), look(stats(3000, 3, "/new")));

        assertThat(text(lines)).contains("""
                /new                                     active            -         -         -         -         -""");
    }

    @Test
    void fitsTheWindow() {
        List<Screen.Line> lines = screen(70, 9, "/a/very/long/path/of/a/route/that/does/not/fit");

        assertThat(lines)
                .hasSize(9)
                .allSatisfy(line -> assertThat(line.text().length()).isLessThanOrEqualTo(70));
    }

    @Test
    void letsNoControlCharacterOfANameReachTheTerminal() {
        String shown = text(screen(100, 40, "\\u001b[2J\\u202e/evil\\u0007\\u009b31m"));

        assertThat(shown).contains("\\u001b[2J\\u202e/evil\\u0007\\u009b31m");
        assertThat(shown.codePoints())
                .noneMatch(point -> point != '\n' && (Character.isISOControl(point) || point == 0x202e));
    }
}
