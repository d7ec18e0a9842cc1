package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.kernel.harness.Policies;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The views that the management API gives of a kernel, and the questions that it passes on. */
class ManagementApiTest extends ManagedKernel {
    @Test
    void showsTheRunningConfigurationWithoutSecrets() {
        kernel.start(WORKERS + "observability: { admin_token: very-secret, metrics_port: 0 }\n", FIRST);

        Answer answer = call(HttpMethod.GET, "/config", null, Map.of("authorization", "Bearer very-secret"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("/policy_kernel/observability/admin_token")).isEqualTo("(secret)");
        assertThat(answer.text("/policy_kernel/unknown_route")).isEqualTo("continue");
        assertThat(answer.body().at("/generation/id").asInt()).isEqualTo(1);
        assertThat(answer.body().toString()).doesNotContain("very-secret");
    }

    @Test
    void showsNoSecretOfARouteEvenUnderAMisspeltKey() {
        first.withSchema("one", (ObjectNode) JSON.readTree("""
                {"type": "object", "additionalProperties": false, "properties": {"keys": {"type": "array", "items": {
                  "type": "object", "additionalProperties": false, "properties": {
                    "consumer": {"type": "string"}, "plain": {"type": "string", "writeOnly": true}}}}}}
                """));
        kernel.write("b", "from b");
        kernel.start(WORKERS, route("/first", """
                [ { policy: one, params: { problem: unknown key, keys: [ { consumer: a, plian: REAL },
                { consumer: b, plain: "${file:b}" }, { consumer: c, plain: "${file:b}REAL" } ] } } ]""", "[]"));

        Answer route = call(HttpMethod.GET, "/routes/%2Ffirst");

        assertThat(route.body().at("/definition/request_flow/policy_chain/0/params/keys"))
                .isEqualTo(JSON.readTree("""
                        [{"consumer": "a", "plian": "(secret)"}, {"consumer": "b", "plain": "${file:b}"},
                         {"consumer": "c", "plain": "(secret)"}]"""));
        assertThat(route.body().toString()).doesNotContain("REAL").doesNotContain("from b");
    }

    @Test
    void listsRoutesAndWhyTheyAreRefused() {
        kernel.start(WORKERS, FIRST);
        kernel.write("routes/bad.yaml", route("/bad", "[ { policy: unheardOf } ]", "[]"));
        kernel.reload();

        JsonNode routes = call(HttpMethod.GET, "/routes").body().path("routes");

        assertThat(routes).hasSize(2);
        assertThat(routes.get(0).path("state").asString()).isEqualTo("refused");
        assertThat(routes.get(0).path("reason").asString()).contains("unheardOf");
        assertThat(routes.get(1).path("request").toString()).isEqualTo("[\"one\",\"two\"]");
    }

    @Test
    void listsRoutesAPageAtATimeHoweverManyThereAre() {
        StringBuilder many = new StringBuilder("route_policies:\n");
        for (int i = 0; i < 10_000; i++) {
            many.append("  - { route_name: /many/").append(i).append(", request_flow: { policy_chain: [ ");
            many.append(i % 4 == 0 ? "{ policy: unheardOf }" : "{ policy: one }")
                    .append(" ] } }\n");
        }
        kernel.write("routes/many.yaml", many.toString());
        kernel.start(WORKERS, FIRST);

        JsonNode first = call(HttpMethod.GET, "/routes").body();
        assertThat(first.path("routes")).hasSize(1_000);
        assertThat(first.path("total").asInt()).isEqualTo(10_001);
        assertThat(first.at("/routes/999/name").asString()).isEqualTo("/many/999");
        JsonNode last = call(HttpMethod.GET, "/routes?offset=9995&limit=10").body();
        assertThat(last.path("routes")).hasSize(6);
        JsonNode filtered = call(HttpMethod.GET, "/routes?filter=/MANY/99&state=refused&limit=2")
                .body();
        assertThat(filtered.path("matching").asInt()).isEqualTo(27);
        assertThat(filtered.path("routes")).hasSize(2);
        assertThat(filtered.at("/routes/0/name").asString()).isEqualTo("/many/992");
        assertThat(call(HttpMethod.GET, "/routes?limit=1001").status()).isEqualTo(400);

        JsonNode config = call(HttpMethod.GET, "/config").body();
        assertThat(config.path("unserved").asInt()).isEqualTo(2_500);
        assertThat(config.path("refused_routes")).hasSize(1_000);
        assertThat(config.path("warnings").size())
                .isLessThanOrEqualTo(1_000)
                .isLessThanOrEqualTo(config.path("warning_count").asInt());
    }

    @Test
    void takesNoTextThatWouldMoveACursorOrTurnItsDirection() {
        kernel.start(WORKERS, FIRST);
        for (String escape : List.of("a\\u001b[2J", "a\\nb", "a\\u0000", "a\\u009b1m", "a\\u202eb", "a\\u2028b")) {
            Answer override = call(
                    HttpMethod.PUT,
                    "/overrides/policy/two",
                    "{\"mode\": \"off\", \"reason\": \"" + escape + "\"}",
                    Map.of());
            assertThat(override.status()).as(escape).isEqualTo(400);
            assertThat(override.text("/detail"))
                    .startsWith("'reason' must be one line without control characters: character 2 is U+");
            Answer rollback =
                    call(HttpMethod.POST, "/generations/1:rollback", "{\"reason\": \"" + escape + "\"}", Map.of());
            assertThat(rollback.text("/detail")).startsWith("'reason' must be one line");
            Answer purge = call(HttpMethod.POST, "/cache:purge", "{\"path\": \"/" + escape + "\"}", Map.of());
            assertThat(purge.text("/detail")).startsWith("'path' must be one line");
        }
        Answer field = call(HttpMethod.PUT, "/overrides/policy/two", "{\"mode\": \"off\", \"\\u001b\": 1}", Map.of());
        assertThat(field.text("/detail")).startsWith("the name of a field must be one line");
        for (String path : List.of("/overrides/policy/%1b%5b2J", "/routes/%0a", "/exchanges/%00%1b")) {
            Answer refused = call(HttpMethod.GET, path);
            assertThat(refused.status()).as(path).isEqualTo(400);
            assertThat(refused.text("/detail")).contains("in the path must be one line", "character 1 is U+00");
        }
        assertThat(call(HttpMethod.GET, "/overrides").body().path("overrides")).isEmpty();
        assertThat(call(
                                HttpMethod.PUT,
                                "/overrides/policy/two",
                                "{\"mode\": \"off\", \"reason\": \"l\u00e4uft nicht \ud83d\udd25\"}",
                                Map.of())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void tellsThePlanOfARoute() {
        kernel.start(WORKERS, FIRST);

        Answer plan = call(HttpMethod.GET, "/routes/%2Ffirst/plan");

        assertThat(plan.body().at("/predicted/calls").asInt()).isEqualTo(2);
        assertThat(plan.body().at("/predicted/messages").toString())
                .isEqualTo("[\"request_headers\",\"response_headers\"]");
        assertThat(plan.text("/request/calls/1/worker")).isEqualTo("b");
        assertThat(call(HttpMethod.GET, "/routes/%2Fnone/plan").status()).isEqualTo(404);
    }

    @Test
    void tellsThatABodyIsFollowedToItsEndForAPolicyThatHasToKnowIt() {
        first.withEnd("one", EndAccuracy.EXACT);
        kernel.start(WORKERS, FIRST);

        Answer plan = call(HttpMethod.GET, "/routes/%2Ffirst/plan");

        assertThat(plan.body().at("/predicted/messages").toString())
                .isEqualTo("[\"request_headers\",\"response_headers\",\"response_body\"]");
        assertThat(plan.text("/response/body")).isEqualTo("none");
    }

    @Test
    void listsWorkersAndPolicies() {
        kernel.start(WORKERS, FIRST);

        assertThat(call(HttpMethod.GET, "/workers").text("/workers/0/name")).isEqualTo("a");
        JsonNode policies = call(HttpMethod.GET, "/policies").body().path("policies");
        assertThat(policies.get(0).path("name").asString()).isEqualTo("one");
        assertThat(policies.get(1).path("worker").asString()).isEqualTo("b");
        assertThat(policies.get(1).path("routes").asInt()).isEqualTo(1);
    }

    @Test
    void putsQuestionsToThePoliciesThatAnswerThem() {
        first.with("quota", Policies.request());
        first.answer(
                question -> List.of(new EntryAnswer("/first", "one", JSON.valueToTree(question.toString()), null)));
        second.with("cache", Policies.request());
        second.answer(_ -> List.of(new EntryAnswer("/first", "two", null, "the store is away")));
        kernel.start(WORKERS.replace("roles", "quota").replace("[ two ]", "[ two, cache ]"), FIRST);

        JsonNode quotas =
                call(HttpMethod.GET, "/quotas?key=tenant%201&route=/first").body();
        assertThat(quotas.at("/answers")).hasSize(1);
        assertThat(quotas.at("/answers/0/worker").asString()).isEqualTo("a");
        assertThat(quotas.at("/answers/0/answer").asString())
                .isEqualTo("PolicyQuestion[policy=quota, route=/first, question=quotas[key]]");

        JsonNode purged = call(HttpMethod.POST, "/cache:purge", "{\"path\": \"/a\"}", Map.of())
                .body();
        assertThat(purged.at("/answers/0/failure").asString()).isEqualTo("the store is away");

        assertThat(call(HttpMethod.GET, "/quotas").status()).isEqualTo(400);
        for (String wrong : List.of(
                "{}", "{\"all\": false}", "{\"path\": 1}", "{\"all\": true, \"path\": \"/\"}", "{\"who\": \"1\"}")) {
            assertThat(call(HttpMethod.POST, "/cache:purge", wrong, Map.of()).status())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    /** {@code -Dgolden.update=true} rewrites the page. */
    @Test
    void servesADocumentThatNamesEveryOperation() throws IOException {
        kernel.start(WORKERS, FIRST);

        JsonNode document = call(HttpMethod.GET, "/openapi.json").body();

        Path page = Path.of("../docs/reference/openapi.json");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(page, document.toPrettyString() + "\n");
        }
        assertThat(document).isEqualTo(JSON.readTree(Files.readString(page)));
        assertThat(List.copyOf(document.path("paths").propertyNames()))
                .contains("/config", "/config:validate", "/routes/{name}", "/generations/{id}:rollback");
        assertThat(call(HttpMethod.DELETE, "/config").status()).isEqualTo(405);
        assertThat(call(HttpMethod.GET, "/nothing").status()).isEqualTo(404);
    }
}
