package io.policyengine.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.reading.ConfDirectory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PredictionTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String CHAIN = """
            { policy: ids }, { policy: auth, params: { a: 1 } }, { policy: limit }""";

    /** Passed: ids changed a field, auth and limit let it go on. */
    private static final String PASSED = exchange("passed", 200, "", "proceed", "proceed", "");

    /** Denied by auth. */
    private static final String DENIED = exchange("denied", 401, "auth", "denied", "not_reached", "");

    private static String exchange(String outcome, int status, String by, String auth, String limit, String more) {
        return """
                {"request_id": "id-1", "method": "GET", "authority": "a.example", "path": "/orders", "client": "192.0.2.1",
                 "fields": {"count": 2, "names": ["X-Tier", "authorization"], "values": {"x-tier": "gold"}},
                 "chosen": {"route": "r", "route_policy": "r", "matched": "exact", "generation": 1},
                 "end": {"outcome": "%s", "status": %d, "decided_by": "%s"},
                 "calls": [{"part": "request", "worker": "w", "entries": [
                   {"name": "ids", "policy": "ids", "verdict": "changed",
                    "changes": [{"kind": "set_field", "name": "x-id"}]},
                   {"name": "auth", "policy": "auth", "verdict": "%s"},
                   {"name": "limit", "policy": "limit", "verdict": "%s"}]}]%s}
                """.formatted(outcome, status, by, auth, limit, more);
    }

    private static EngineConfig config(String chain, String... more) {
        TreeMap<String, FileText> files = new TreeMap<>();
        files.put("kernel.yaml", new FileText.Content("""
                policy_kernel:
                  workers: [ { name: w, socket_path: /run/w.sock } ]
                """));
        files.put("routes/r.yaml", new FileText.Content("""
                route_policies:
                  - route_name: r
                    request_flow: { policy_chain: [ %s ] }
                """.formatted(chain)));
        for (int i = 0; i < more.length; i += 2) {
            files.put(more[i], new FileText.Content(more[i + 1]));
        }
        return ConfDirectory.parse(ConfTexts.of(Path.of("conf"), files), _ -> null);
    }

    private static Prediction predict(String exchange, EngineConfig after) {
        JsonNode json = JsonMapper.shared().readTree(exchange);
        return Prediction.of(json, config(CHAIN), after, NOW);
    }

    private static List<String> predicted(Prediction prediction) {
        return prediction.request().stream()
                .map(step -> step.name() + " " + step.difference() + " " + step.predicted())
                .toList();
    }

    @Test
    void theSameChainDecidesTheSame() {
        Prediction prediction = predict(DENIED, config(CHAIN));

        assertThat(prediction.outcome()).isEqualTo("same");
        assertThat(predicted(prediction))
                .containsExactly("ids same changed", "auth same denied", "limit same not_reached");
    }

    @Test
    void ofAChangedEntryAndOfThoseAfterItNothingIsKnown() {
        Prediction prediction =
                predict(PASSED, config("{ policy: ids }, { policy: auth, params: { a: 2 } }, { policy: limit }"));

        assertThat(prediction.outcome()).isEqualTo("unknown");
        assertThat(prediction.explanation()).contains("'auth'", "configuration differs");
        assertThat(predicted(prediction))
                .containsExactly("ids same changed", "auth changed unknown", "limit same unknown");
    }

    @Test
    void anEntryWithoutEffectMayGo() {
        Prediction prediction = predict(PASSED, config("{ policy: ids }, { policy: limit }"));

        assertThat(prediction.outcome()).isEqualTo("same");
        assertThat(predicted(prediction))
                .containsExactly("auth removed gone", "ids same changed", "limit same proceed");
    }

    @Test
    void whatCameAfterADenialThatIsGoneIsNotKnown() {
        Prediction prediction = predict(DENIED, config("{ policy: ids }, { policy: limit }"));

        assertThat(prediction.outcome()).isEqualTo("unknown");
        assertThat(predicted(prediction)).contains("limit same unknown");
    }

    @Test
    void conditionsAreEvaluatedOnWhatIsRecorded() {
        assertThat(
                        predicted(
                                predict(
                                        DENIED,
                                        config(
                                                "{ policy: ids }, { policy: auth, params: { a: 1 }, when: \"request.method == 'PUT'\" }"))))
                .contains("auth changed skipped");
        assertThat(predicted(predict(
                        DENIED,
                        config("{ policy: ids }, { policy: auth, when: \"request.headers['x-tier'] != 'gold'\" }"))))
                .contains("auth changed skipped");
        assertThat(predicted(predict(
                        DENIED, config("{ policy: ids }, { policy: auth, when: \"'x-id' in request.headers\" }"))))
                .as("what an entry before has set is there")
                .contains("auth changed unknown");
        assertThat(
                        predicted(
                                predict(
                                        DENIED,
                                        config(
                                                "{ policy: ids }, { policy: auth, when: \"request.headers['authorization'] == 'a'\" }"))))
                .contains("auth changed unknown");
        assertThat(predicted(
                        predict(DENIED, config("{ policy: ids }, { policy: auth, when: \"identity.id == 'alice'\" }"))))
                .contains("auth changed unknown");
    }

    @Test
    void aMethodThatMayHaveBeenCutIsUnknown() {
        String cut = DENIED.replace("\"method\": \"GET\"", "\"method\": \"" + "M".repeat(128) + "\"");
        assertThat(cut).isNotEqualTo(DENIED);

        Prediction prediction = predict(
                cut, config("{ policy: ids }, { policy: auth, params: { a: 1 }, when: \"request.method == 'PUT'\" }"));

        assertThat(predicted(prediction)).contains("auth changed unknown");
    }

    @Test
    void aDenialThatIsGoneIsADifferenceWhereNothingComesAfterIt() {
        String last = DENIED.replace("\"verdict\": \"not_reached\"", "\"verdict\": \"gone\"");
        Prediction prediction = Prediction.of(
                JsonMapper.shared().readTree(last),
                config("{ policy: ids }, { policy: auth }"),
                config("{ policy: ids }, { policy: auth, when: \"request.method == 'PUT'\" }"),
                NOW);

        assertThat(prediction.outcome()).isEqualTo("different");
        assertThat(prediction.explanation()).contains("go to the upstream");
    }

    @Test
    void aNewEntryIsUnknownUnlessItIsOffOrInTheShadow() {
        assertThat(predict(PASSED, config(CHAIN + ", { policy: more }")).outcome())
                .isEqualTo("unknown");
        Prediction shadow = predict(PASSED, config(CHAIN + ", { policy: more, mode: shadow }"));
        assertThat(shadow.outcome()).isEqualTo("same");
        assertThat(predicted(shadow)).contains("more added shadow");
        assertThat(predict(PASSED, config(CHAIN + ", { policy: more, mode: off }"))
                        .outcome())
                .isEqualTo("same");
    }

    @Test
    void overridesSwitchOff() {
        Prediction prediction = predict(
                DENIED, config(CHAIN, "overrides.yaml", "overrides: [ { policy: auth, mode: off, reason: a test } ]"));

        assertThat(predicted(prediction)).contains("auth same off", "limit same unknown");
        assertThat(prediction.notes()).anyMatch(note -> note.contains("overrides"));
    }

    @Test
    void anotherRouteIsTold() {
        Prediction prediction = predict(DENIED, config(CHAIN, "routes/r.yaml", """
                route_policies:
                  - route_name: "other"
                    request_flow: { policy_chain: [ { policy: ids } ] }
                """));

        assertThat(prediction.outcome()).isEqualTo("different");
        assertThat(prediction.wouldBe().routePolicy()).isNull();
    }

    @Test
    void withoutTheConfigurationThatItHadNothingIsKnown() {
        JsonNode json = JsonMapper.shared().readTree(DENIED);

        Prediction prediction = Prediction.of(json, null, config(CHAIN), NOW);

        assertThat(prediction.outcome()).isEqualTo("unknown");
        assertThat(predicted(prediction)).allMatch(step -> step.endsWith("unknown"));
    }
}
