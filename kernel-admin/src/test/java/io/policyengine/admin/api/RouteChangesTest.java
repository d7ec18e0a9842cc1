package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Fact;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Changes and checks of routes and files through the management API. */
class RouteChangesTest extends ManagedKernel {
    @Test
    void whoRemovesARouteIsToldIfItIsOpenNow() {
        kernel.write("routes/public.yaml", route("/public", "[ { policy: one } ]", "[]"));
        kernel.write("routes/private.yaml", route("/private", "[ { policy: one } ]", "[]"));
        kernel.start(WORKERS + "open_routes: [ '/pub*' ]\nunknown_route: deny\n", FIRST);
        String told = "was removed, and its requests now pass without policies, by a prefix in"
                + " policy_kernel.open_routes";

        assertThat(call(HttpMethod.DELETE, "/routes/%2Fpublic").body().at("/problems"))
                .anyMatch(problem -> problem.path("message").asString().equals("route '/public' " + told));
        assertThat(call(HttpMethod.DELETE, "/routes/%2Fprivate").body().at("/problems"))
                .noneMatch(problem -> problem.path("message").asString().contains(told));
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
                .endsWith("; if this is intended: lint_ignore: [needs_identity] in the entry or the route");
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
}
