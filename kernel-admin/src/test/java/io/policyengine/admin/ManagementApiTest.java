package io.policyengine.admin;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The management API of a kernel, over HTTP. */
class ManagementApiTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String WORKERS =
            "workers: [ { name: a, policies: [ one, roles ] }, { name: b, policies: [ two ] } ]\n";
    private static final String ROUTES = "routes/routes.yaml";
    private static final String FIRST = "# by hand\n" + route("/first", "[ { policy: one }, { policy: two } ]", "[]");

    private final KernelHarness kernel = ManagedKernels.create();
    private final ScriptedWorker first;
    private final ScriptedWorker second;

    ManagementApiTest() {
        first = kernel.worker("a").with("one", Policies.request(new SetHeader("x-policy", "one")));
        second = kernel.worker("b").with("two", Policies.request(new SetHeader("x-second", "two")));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void whoRemovesARouteIsToldIfItIsOpenNow() {
        kernel.write("routes/public.yaml", route("/public", "[ { policy: one } ]", "[]"));
        kernel.write("routes/private.yaml", route("/private", "[ { policy: one } ]", "[]"));
        kernel.start(WORKERS + "open_routes: [ '/pub*' ]\nunknown_route: deny\n", FIRST);
        String told = "is gone, and its requests pass without policies now, by a prefix in policy_kernel.open_routes";

        assertThat(call(HttpMethod.DELETE, "/routes/%2Fpublic").body().at("/problems"))
                .anyMatch(problem -> problem.path("message").asString().equals("route '/public' " + told));
        assertThat(call(HttpMethod.DELETE, "/routes/%2Fprivate").body().at("/problems"))
                .noneMatch(problem -> problem.path("message").asString().contains(told));
    }

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

        JsonNode quotas = call(HttpMethod.GET, "/quotas?key=tenant%201&route=/first&other=1")
                .body();
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

    @Test
    void writesARouteToItsPlaceInTheFile() {
        kernel.start(WORKERS, FIRST);

        Answer put = call(
                HttpMethod.PUT,
                "/routes/%2Ffirst",
                "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"two\"}]}}",
                Map.of());

        assertThat(put.status()).isEqualTo(200);
        assertThat(put.text("/status")).isEqualTo("success");
        assertThat(kernel.get("/first").reached().header("x-policy")).isNull();
        assertThat(kernel.read(ROUTES))
                .startsWith("# by hand\n")
                .contains("policy: two")
                .doesNotContain("one");
    }

    @Test
    void writesARouteToItsPlaceInAFolderBelowRoutes() {
        kernel.start(WORKERS, FIRST);
        kernel.write("routes/team-a/v2/orders.yaml", "# Kept.\n" + route("/orders", "[ { policy: one } ]", "[]"));
        kernel.reload();

        Answer written = call(HttpMethod.PUT, "/routes/%2Forders", """
                {"request_flow": {"policy_chain": [{"policy": "two"}]}}""", Map.of());

        assertThat(written.status()).isEqualTo(200);
        assertThat(kernel.read("routes/team-a/v2/orders.yaml"))
                .startsWith("# Kept.\n")
                .contains("two");
        assertThat(call(HttpMethod.GET, "/routes/%2Forders").text("/route/location"))
                .startsWith("routes/team-a/v2/orders.yaml:");
        assertThat(call(HttpMethod.DELETE, "/routes/%2Forders").status()).isEqualTo(200);
        assertThat(kernel.directory().resolve("routes/team-a/v2/orders.yaml")).doesNotExist();
    }

    @Test
    void writesANewRouteToAFileOfItsOwnAndRemovesIt() {
        kernel.start(WORKERS, FIRST);

        Answer put = call(
                HttpMethod.PUT,
                "/routes/%2Fnew",
                "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"one\"}]}}",
                Map.of("if-none-match", "*"));
        assertThat(put.status()).isEqualTo(200);
        assertThat(kernel.get("/new").reached().header("x-policy")).isEqualTo("one");
        assertThat(kernel.read("routes/api--new.yaml")).contains("route_name: /new");

        Answer gone = call(HttpMethod.DELETE, "/routes/%2Fnew");

        assertThat(gone.status()).isEqualTo(200);
        assertThat(Files.exists(kernel.directory().resolve("routes/api--new.yaml")))
                .isFalse();
        assertThat(kernel.get("/new").reached().header("x-policy")).isNull();
    }

    @Test
    void anETagDoesNotTellWhetherASecretIsGuessed() throws Exception {
        kernel.start(WORKERS, FIRST);
        Answer seen = call(HttpMethod.GET, "/routes/%2Ffirst");
        byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest(seen.body().at("/definition").toString().getBytes(StandardCharsets.UTF_8));

        assertThat(seen.etag()).isNotEqualTo('"' + HexFormat.of().formatHex(digest, 0, 16) + '"');
        assertThat(call(HttpMethod.GET, "/routes/%2Ffirst").etag()).isEqualTo(seen.etag());
    }

    @Test
    void changesOnlyWhatTheCallerHasSeen() {
        kernel.start(WORKERS, FIRST);
        Answer seen = call(HttpMethod.GET, "/routes/%2Ffirst");
        String etag = String.valueOf(seen.etag());
        String body = "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"two\"}]}}";

        Answer first = call(HttpMethod.PUT, "/routes/%2Ffirst", body, Map.of("if-match", etag));
        Answer second = call(HttpMethod.PUT, "/routes/%2Ffirst", body, Map.of("if-match", etag));

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.etag()).isNotEqualTo(etag);
        assertThat(second.status()).isEqualTo(412);
        assertThat(call(HttpMethod.PUT, "/routes/%2Ffirst", body, Map.of("if-none-match", "*"))
                        .text("/code"))
                .isEqualTo("precondition_failed");
    }

    @Test
    void refusesWhateverWouldHaveAProblemAndWritesNothing() {
        kernel.start(WORKERS, FIRST);
        String before = kernel.read(ROUTES);

        Answer answer = call(
                HttpMethod.PUT,
                "/routes/%2Ffirst",
                "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"ones\"}, {\"polity\": \"two\"}]}}",
                Map.of());

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("/code")).isEqualTo("invalid_configuration");
        assertThat(answer.body().path("problems").toString()).contains("polity", "policy");
        assertThat(kernel.read(ROUTES)).isEqualTo(before);
    }

    @Test
    void refusesWhatIsWrongWithAnEntryThatIsOff() {
        kernel.start(WORKERS, FIRST);
        String chain = "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"one\"},"
                + " {\"policy\": \"%s\", \"mode\": \"off\", \"params\": %s}]}}";

        Answer refused = call(
                HttpMethod.PUT, "/routes/%2Fnew", chain.formatted("one", "{\"problem\": \"no number\"}"), Map.of());
        Answer unknown = call(HttpMethod.PUT, "/routes/%2Fnew", chain.formatted("ones", "{}"), Map.of());
        Answer good = call(HttpMethod.PUT, "/routes/%2Fnew", chain.formatted("two", "{}"), Map.of());

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("/problems/0/message")).isEqualTo("one: 'problem': no number");
        assertThat(unknown.text("/problems/0/message")).startsWith("no worker declares policy 'ones'");
        assertThat(good.status()).isEqualTo(200);
        assertThat(kernel.get("/new").reached().header("x-second")).isNull();
        Await.until(() -> first.preparedChains() == 2 && second.preparedChains() == 1);
    }

    @Test
    void refusesWhatTheLintTakesForAnErrorAndSaysHowItIsSilenced() {
        first.with("roles", Policies.request(new SetHeader("x-roles", "checked")), Fact.NEEDS_IDENTITY);
        kernel.start(WORKERS, FIRST);
        String chain = "\"request_flow\": {\"policy_chain\": [{\"policy\": \"roles\"}]}}";

        Answer refused = call(HttpMethod.PUT, "/routes/%2Fnew", "{" + chain, Map.of());
        Answer silenced =
                call(HttpMethod.PUT, "/routes/%2Fnew", "{\"lint_ignore\": [\"needs_identity\"], " + chain, Map.of());

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("/problems/0/code")).isEqualTo("needs_identity");
        assertThat(refused.text("/problems/0/message"))
                .contains("'roles' needs an identity")
                .endsWith("; if it is meant: lint_ignore: [needs_identity] in the entry or the route");
        assertThat(silenced.status()).isEqualTo(200);
        assertThat(kernel.get("/new").reached().header("x-roles")).isEqualTo("checked");
    }

    @Test
    void refusesARouteWhoseWorkerCannotBeCalled() {
        kernel.start(WORKERS, FIRST);
        second.goAway();
        Await.until(() -> !call(HttpMethod.GET, "/workers")
                .body()
                .at("/workers/1/available")
                .asBoolean());

        Answer answer = call(
                HttpMethod.PUT,
                "/routes/%2Fnew",
                "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"two\"}]}}",
                Map.of());

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("/detail")).contains("worker 'b'");
    }

    @Test
    void checksFilesWithoutAChange() {
        kernel.start(WORKERS, FIRST);

        Answer good = call(
                HttpMethod.POST,
                "/config:validate",
                JSON.createObjectNode()
                        .set(
                                "files",
                                JSON.createObjectNode().put("routes/x.yaml", route("/x", "[ { policy: one } ]", "[]")))
                        .toString(),
                Map.of());
        Answer bad =
                call(HttpMethod.POST, "/config:validate", "{\"files\": {\"routes/x.yaml\": \"oops: 1\"}}", Map.of());

        assertThat(good.body().path("valid").asBoolean()).isTrue();
        assertThat(bad.body().path("valid").asBoolean()).isFalse();
        assertThat(bad.text("/problems/0/file")).isEqualTo("routes/x.yaml");
        assertThat(call(HttpMethod.GET, "/routes").body().path("routes")).hasSize(1);
    }

    @Test
    void tellsAndKeepsTheFirstHundredProblemsHoweverManyAndHoweverLongTheyAre() {
        kernel.start(WORKERS, FIRST);
        String wrong = "route_policies:\n" + ("  - { route_name: /r, " + "x".repeat(1_000) + ": 1 }\n").repeat(1_000);
        String files = JSON.createObjectNode()
                .set("files", JSON.createObjectNode().put("routes/x.yaml", wrong))
                .toString();

        Answer checked = call(HttpMethod.POST, "/config:validate", files, Map.of());
        ObjectNode keys = JSON.createObjectNode();
        IntStream.range(0, 300).forEach(number -> keys.put("key" + number, 1));
        Answer refused = call(HttpMethod.PUT, "/routes/%2Fnew", keys.toString(), Map.of());
        kernel.write("routes/x.yaml", wrong);
        Answer rejected = call(HttpMethod.POST, "/config:reload");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("/detail")).contains("more: `policy-engine validate` prints them all");
        for (JsonNode told : List.of(
                checked.body(),
                refused.body(),
                rejected.body(),
                call(HttpMethod.GET, "/config").body().path("last_reload"))) {
            assertThat(told.path("problem_count").asInt()).isGreaterThanOrEqualTo(300);
            assertThat(told.path("problems")).hasSize(100);
            assertThat(told.toString().length()).isLessThan(300_000);
        }
    }

    @Test
    void checksNoFileThatWouldNotBeRead() {
        kernel.start(WORKERS, FIRST);

        for (String name :
                List.of("sub/x.yaml", "routes/x.yaml/x.yaml", "../x.yaml", "/x.yaml", "routes/.x.yaml", "x.txt")) {
            Answer answer =
                    call(HttpMethod.POST, "/config:validate", "{\"files\": {\"" + name + "\": \"oops: 1\"}}", Map.of());

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text("/detail")).startsWith("'" + name + "' would not be read");
        }
    }

    @Test
    void looksAtTheDirectoryWhenAsked() {
        kernel.start(WORKERS, FIRST);
        kernel.write("routes/more.yaml", route("/more", "[ { policy: one } ]", "[]"));

        Answer answer = call(HttpMethod.POST, "/config:reload");

        assertThat(answer.text("/status")).isEqualTo("success");
        assertThat(answer.text("/origin")).isEqualTo("api");
        assertThat(kernel.get("/more").reached().header("x-policy")).isEqualTo("one");
    }

    @Test
    void rollsBackByWritingTheFilesBack() {
        kernel.start(WORKERS, FIRST);
        String before = kernel.read(ROUTES);
        kernel.write(ROUTES, route("/first", "[ { policy: two } ]", "[]"));
        kernel.write("routes/more.yaml", route("/more", "[ { policy: one } ]", "[]"));
        kernel.reload();
        JsonNode generations = call(HttpMethod.GET, "/generations").body().path("generations");
        assertThat(generations).hasSize(2);

        Answer answer = call(
                HttpMethod.POST, "/generations/" + generations.get(1).path("id").asInt() + ":rollback");

        assertThat(answer.text("/status")).isEqualTo("success");
        assertThat(kernel.read(ROUTES)).isEqualTo(before);
        assertThat(Files.exists(kernel.directory().resolve("routes/more.yaml"))).isFalse();
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
        assertThat(call(HttpMethod.POST, "/generations/99:rollback").status()).isEqualTo(404);
    }

    /** Where the routes are somebody else's: those that are running now are a second generation. */
    private Path startWithALink(Path elsewhere) throws IOException {
        kernel.start(WORKERS, FIRST);
        Path distributed = elsewhere.resolve("routes.yaml");
        Files.writeString(distributed, route("/first", "[ { policy: two } ]", "[]"));
        Path file = kernel.directory().resolve(ROUTES);
        Files.delete(file);
        Files.createSymbolicLink(file, distributed);
        kernel.reload();
        return distributed;
    }

    @Test
    void writesNothingWhereFilesAreLinksButRollsBackInMemory(@TempDir Path elsewhere) throws IOException {
        startWithALink(elsewhere);

        Answer put = call(HttpMethod.PUT, "/routes/%2Ffirst", "{}", Map.of());
        Answer rollback = call(HttpMethod.POST, "/generations/1:rollback");

        assertThat(put.text("/code")).isEqualTo("read_only");
        assertThat(rollback.text("/status")).isEqualTo("success");
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
        assertThat(Files.isSymbolicLink(kernel.directory().resolve(ROUTES))).isTrue();
    }

    @Test
    void rollsBackInMemoryAnyNumberOfTimesAndWhateverTheFilesSay(@TempDir Path elsewhere) throws IOException {
        Path distributed = startWithALink(elsewhere);

        for (String id : List.of("1", "2", "1")) {
            assertThat(call(HttpMethod.POST, "/generations/" + id + ":rollback").text("/status"))
                    .isEqualTo("success");
            assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo(id.equals("1") ? "one" : null);
        }
        Files.writeString(distributed, "oops: 1\n");
        kernel.reload();

        assertThat(call(HttpMethod.POST, "/generations/2:rollback").text("/status"))
                .isEqualTo("success");
        assertThat(kernel.get("/first").reached().header("x-policy")).isNull();
        assertThat(distributed).hasContent("oops: 1\n");
    }

    @Test
    void staysAtARollbackInMemoryUntilTheFilesChange(@TempDir Path elsewhere) throws IOException {
        Path distributed = startWithALink(elsewhere);
        call(HttpMethod.POST, "/generations/1:rollback");

        Answer asked = call(HttpMethod.POST, "/config:reload");
        ReloadResult signalled = kernel.reload();

        assertThat(asked.text("/status")).isEqualTo("unchanged");
        assertThat(asked.text("/problems/0/severity")).isEqualTo("warning");
        assertThat(asked.text("/problems/0/message"))
                .isEqualTo(
                        "generation 4 was put into force by a rollback without the files of the conf directory, and stays"
                                + " until they change: change them, or roll back to generation 2, which has their content");
        assertThat(signalled.status()).isEqualTo(ReloadResult.Status.UNCHANGED);
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
        assertThat(call(HttpMethod.GET, "/config").text("/pinned")).isEqualTo(asked.text("/problems/0/message"));

        Files.writeString(distributed, "# changed\n" + route("/first", "[ { policy: two } ]", "[]"));

        assertThat(kernel.reload().status()).isEqualTo(ReloadResult.Status.SUCCESS);
        assertThat(kernel.get("/first").reached().header("x-policy")).isNull();
        assertThat(call(HttpMethod.GET, "/config").body().has("pinned")).isFalse();
    }

    @Test
    void goesBackToTheFilesByARollbackToWhatTheySay(@TempDir Path elsewhere) throws IOException {
        startWithALink(elsewhere);
        call(HttpMethod.POST, "/generations/1:rollback");

        call(HttpMethod.POST, "/generations/2:rollback");

        assertThat(call(HttpMethod.GET, "/config").body().has("pinned")).isFalse();
        assertThat(kernel.get("/first").reached().header("x-policy")).isNull();
    }

    @Test
    void rejectsFilesThatChangeToSomethingWrongWhileARollbackInMemoryIsInForce(@TempDir Path elsewhere)
            throws IOException {
        Path distributed = startWithALink(elsewhere);
        call(HttpMethod.POST, "/generations/1:rollback");
        Files.writeString(distributed, "oops: 1\n");

        assertThat(kernel.reload().status()).isEqualTo(ReloadResult.Status.FAILURE);
        assertThat(kernel.reload().status()).isEqualTo(ReloadResult.Status.FAILURE);
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
    }

    @Test
    void staysAtARollbackInMemoryWhenSomethingIsOverridden(@TempDir Path elsewhere) throws IOException {
        startWithALink(elsewhere);
        call(HttpMethod.POST, "/generations/1:rollback");

        call(HttpMethod.PUT, "/overrides/policy/two", "{\"mode\": \"off\", \"reason\": \"a test\"}", Map.of());
        Answer asked = call(HttpMethod.POST, "/config:reload");

        assertThat(asked.text("/status")).isEqualTo("unchanged");
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
        assertThat(kernel.get("/first").reached().header("x-second")).isNull();
    }

    @Test
    void rollsBackToWhatTheLintTakesForAnErrorAndSaysSo() {
        first.with("roles", Policies.request(new SetHeader("x-roles", "checked")), Fact.NEEDS_IDENTITY);
        kernel.start(WORKERS, route("/first", "[ { policy: roles } ]", "[]"));
        kernel.write(ROUTES, FIRST);
        kernel.reload();

        Answer answer = call(HttpMethod.POST, "/generations/1:rollback");

        assertThat(answer.text("/status")).isEqualTo("success");
        assertThat(answer.text("/problems/0/code")).isEqualTo("needs_identity");
        assertThat(kernel.get("/first").reached().header("x-roles")).isEqualTo("checked");
        assertThat(kernel.read(ROUTES)).contains("roles");
    }

    @Test
    void rollsBackToNothingThatCannotBeServed() {
        kernel.start(WORKERS, route("/first", "[ { policy: unheardOf } ]", "[]"));
        kernel.write(ROUTES, FIRST);
        kernel.reload();

        assertThat(call(HttpMethod.POST, "/generations/1:rollback").text("/code"))
                .isEqualTo("invalid_configuration");

        assertThat(kernel.read(ROUTES)).isEqualTo(FIRST);
    }

    @Test
    void changesNothingWhileTheFilesSaySomethingElse() {
        kernel.start(WORKERS, FIRST);
        kernel.write("routes/broken.yaml", "oops: 1\n");
        kernel.reload();

        Answer answer = call(HttpMethod.DELETE, "/routes/%2Ffirst");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text("/code")).isEqualTo("files_differ");
        assertThat(call(HttpMethod.POST, "/generations/1:rollback").text("/code"))
                .isEqualTo("files_differ");
    }

    @Test
    void tellsHowTwoGenerationsDifferWithoutSecrets() {
        first.withSchema("one", (ObjectNode) JSON.readTree("""
                {"type": "object", "properties": {"plain": {"type": "string", "writeOnly": true}}}"""));
        kernel.start(WORKERS, route("/first", "[ { policy: one, params: { plain: REAL } } ]", "[]"));
        kernel.write(ROUTES, route("/second", "[ { policy: one, params: { plain: OTHER } } ]", "[]"));
        kernel.reload();
        kernel.write("routes/third.yaml", route("/third", "[ { policy: two } ]", "[]"));
        kernel.reload();

        JsonNode last = call(HttpMethod.GET, "/generations/3/diff").body();
        JsonNode both = call(HttpMethod.GET, "/generations/3/diff?before=1").body();

        assertThat(last.at("/before").asInt()).isEqualTo(2);
        assertThat(last.at("/files")).hasSize(1);
        assertThat(last.at("/files/0/file").asString()).isEqualTo("routes/third.yaml");
        assertThat(both.at("/files")).hasSize(2);
        assertThat(both.at("/files/0/lines").toString())
                .contains("-  - route_name: /first", "+  - route_name: /second", "(secret, changed)")
                .doesNotContain("REAL")
                .doesNotContain("OTHER");
        assertThat(call(HttpMethod.GET, "/generations/9/diff").status()).isEqualTo(404);
        assertThat(call(HttpMethod.GET, "/generations/3/diff?before=9").status())
                .isEqualTo(404);
    }

    @Test
    void takesAReasonForARollbackAndNothingElse() {
        kernel.start(WORKERS, FIRST);

        assertThat(call(HttpMethod.POST, "/generations/1:rollback", "{\"reason\": \"ticket 4711\"}", Map.of())
                        .status())
                .isEqualTo(200);
        for (String body : new String[] {"{\"reason\": 1}", "{\"other\": \"x\"}", "[]", "why"}) {
            assertThat(call(HttpMethod.POST, "/generations/1:rollback", body, Map.of())
                            .status())
                    .as(body)
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

    private Answer call(HttpMethod method, String path) {
        return call(method, path, null, Map.of());
    }

    private Answer call(HttpMethod method, String path, @Nullable String body, Map<String, String> headers) {
        return Answer.of(kernel, method, path, body, headers);
    }
}
