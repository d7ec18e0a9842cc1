package io.policyengine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Overrides by the management API: they work although something else is wrong. */
class OverridesApiTest {
    private static final String WORKERS = "workers: [ { name: one, policies: [ a ] }, { name: two } ]\n";
    private static final String FILE = "overrides.yaml";
    private static final String ROUTES_FILE = "routes/routes.yaml";
    private static final String DENY = "/overrides/policy/deny";
    private static final String OFF = "{\"mode\": \"off\", \"reason\": \"it is broken\"}";
    private static final String SHADOW = "{\"mode\": \"shadow\", \"reason\": \"it is broken\"}";
    private static final String ROUTES = """
            route_policies:
              - route_name: /users
                request_flow: { policy_chain: [ { policy: deny }, { policy: a } ] }
            """;

    private final KernelHarness kernel = ManagedKernels.create();
    private final ScriptedWorker two;

    OverridesApiTest() {
        kernel.worker("one").with("a", Policies.request(new SetHeader("x-a", "1")));
        two = kernel.worker("two").with("deny", Policies.denying(403, "no"));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    private Answer call(HttpMethod method, String path, @Nullable String body, String... headers) {
        return Answer.of(kernel, method, path, body, headers.length == 0 ? Map.of() : Map.of(headers[0], headers[1]));
    }

    private Answer put(String path, String body, String... headers) {
        return call(HttpMethod.PUT, path, body, headers);
    }

    private Answer get(String path) {
        return call(HttpMethod.GET, path, null);
    }

    private Answer delete(String path, String... headers) {
        return call(HttpMethod.DELETE, path, null, headers);
    }

    private int status() {
        return kernel.get("/users").status();
    }

    private boolean fileExists() {
        return Files.exists(kernel.directory().resolve(FILE));
    }

    @Test
    void onePutIsInForceForTheNextRequestAndInItsFile() {
        kernel.start(WORKERS, ROUTES);
        assertThat(status()).isEqualTo(403);

        Answer answer = put(DENY, OFF);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("/status")).isEqualTo("success");
        assertThat(answer.text("/origin")).isEqualTo("api");
        assertThat(status()).isEqualTo(200);
        assertThat(kernel.read(FILE)).contains("overrides:\n- policy: deny\n  mode: \"off\"\n  reason: it is broken\n");
        assertThat(get("/overrides").text("/overrides/0/state")).isEqualTo("active");
        assertThat(get(DENY).etag()).isEqualTo(answer.etag());
    }

    @Test
    void oneRemovedIsNoLongerInForce() {
        kernel.start(WORKERS, ROUTES);
        put(DENY, OFF);
        put("/overrides/worker/one", SHADOW);

        Answer answer = delete(DENY);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(status()).isEqualTo(403);
        assertThat(get("/overrides").body().at("/overrides")).hasSize(1);
        assertThat(kernel.read(FILE)).doesNotContain("deny").contains("worker: one");
        delete("/overrides/worker/one");
        assertThat(fileExists()).isFalse();
        assertThat(delete(DENY).text("/code")).isEqualTo("not_found");
        assertThat(get(DENY).text("/code")).isEqualTo("not_found");
    }

    @Test
    void aRouteIsNamedAsPathsNameIt() {
        kernel.start(WORKERS, ROUTES);

        assertThat(put("/overrides/route/%2Fusers", OFF).status()).isEqualTo(200);

        assertThat(kernel.get("/users").reached().header("x-a")).isNull();
        assertThat(get("/overrides/route/%2Fusers").text("/location")).isEqualTo("overrides.yaml:3:3");
    }

    @Test
    void whatPeopleWroteInTheFileStays() {
        kernel.write(FILE, """
                # ask the team first
                overrides:
                  # since Monday
                  - { policy: a, mode: shadow, reason: it is slow }   # ticket 7
                """);
        kernel.start(WORKERS, ROUTES);

        put(DENY, OFF);
        put("/overrides/policy/a", OFF);

        assertThat(kernel.read(FILE)).isEqualTo("""
                # ask the team first
                overrides:
                  # since Monday
                  - policy: a
                    mode: "off"
                    reason: it is broken   # ticket 7
                  - policy: deny
                    mode: "off"
                    reason: it is broken
                """);
    }

    @Test
    void aDirectoryThatDoesNotAnswerDoesNotStandInTheWay() {
        kernel.start(WORKERS, ROUTES);
        CountDownLatch answers = new CountDownLatch(1);
        Future<Boolean> hung = kernel.reloads().inDirectory(_ -> answers.await(60, TimeUnit.SECONDS));
        Await.until(hung::failed);

        Answer answer = put(DENY, OFF);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("/problems/0/message")).contains("kept in memory only", "has not answered within");
        assertThat(status()).isEqualTo(200);
        assertThat(put("/overrides/policy/a", OFF, "If-Match", "\"another\"").status())
                .isEqualTo(412);
        Answer refused = delete("/routes/%2Fusers");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text("/code")).isEqualTo("unanswered");

        answers.countDown();
        Await.until(() -> kernel.reloads().remarks().isEmpty());
        put(DENY, SHADOW);
        assertThat(kernel.read(FILE)).contains("policy: deny");
    }

    @Test
    void aWorkerThatIsAwayDoesNotStandInTheWay() {
        kernel.start(WORKERS, ROUTES);
        two.goAway();
        Await.until(() -> kernel.metric("policy_kernel_worker_health{worker=\"two\"}") == 0);
        assertThat(status()).isEqualTo(503);

        assertThat(put("/overrides/worker/two", OFF).text("/status")).isEqualTo("success");

        assertThat(kernel.get("/users").reached().header("x-a")).isEqualTo("1");
    }

    @Test
    void aRouteThatIsRefusedDoesNotStandInTheWay() {
        kernel.start(
                WORKERS,
                ROUTES + "  - { route_name: /bad, request_flow: { policy_chain: [ { policy: unheardOf } ] } }\n");

        assertThat(put(DENY, OFF).text("/status")).isEqualTo("success");

        assertThat(status()).isEqualTo(200);
        assertThat(kernel.get("/bad").status()).isEqualTo(500);
    }

    @Test
    void filesThatWereRejectedDoNotStandInTheWayAndGetInForceOnceTheyAreMended() {
        kernel.start(WORKERS, ROUTES);
        kernel.write("routes/broken.yaml", "oops: 1\n");
        kernel.reload();

        assertThat(put(DENY, OFF).text("/status")).isEqualTo("success");
        assertThat(status()).isEqualTo(200);
        kernel.reload();
        assertThat(status()).isEqualTo(200);

        kernel.write(
                "routes/broken.yaml",
                "route_policies: [ { route_name: /more, request_flow: { policy_chain: [ { policy: a } ] } } ]\n");
        kernel.reload();
        assertThat(status()).isEqualTo(200);
        assertThat(kernel.get("/more").reached().header("x-a")).isEqualTo("1");
    }

    @Test
    void aFileThatIsChangedJustBeforeGetsInForceToo() {
        kernel.start(WORKERS, ROUTES);
        kernel.write(
                "routes/more.yaml",
                "route_policies: [ { route_name: /more, request_flow: { policy_chain: [ { policy: a } ] } } ]\n");

        assertThat(put(DENY, OFF).text("/status")).isEqualTo("success");

        assertThat(status()).isEqualTo(200);
        Await.until(() -> "1".equals(kernel.get("/more").reached().header("x-a")));
        assertThat(status()).isEqualTo(200);
    }

    @Test
    void anOverridesFileThatWasRejectedIsNotWrittenOver() {
        kernel.start(WORKERS, ROUTES);
        kernel.write(FILE, "overrides: [ { policy: deny, mode: on, reason: oops } ]\n");
        kernel.reload();

        assertThat(put(DENY, OFF).text("/code")).isEqualTo("files_differ");

        assertThat(kernel.read(FILE)).contains("oops");
        assertThat(status()).isEqualTo(403);
    }

    @Test
    void whatIsNoOverrideIsRefusedAndNothingIsWritten() {
        kernel.start(WORKERS, ROUTES);

        Answer mode = put(DENY, "{\"mode\": \"enforce\", \"reason\": \"x\"}");
        Answer reason = put(DENY, "{\"mode\": \"off\"}");
        Answer until = put(DENY, "{\"mode\": \"off\", \"reason\": \"x\", \"until\": \"tomorrow\"}");
        Answer reference = put(DENY, "{\"mode\": \"off\", \"reason\": \"${file:secret}\"}");

        assertThat(mode.status()).isEqualTo(422);
        assertThat(mode.text("/problems/0/message")).contains("'mode': expected one of 'shadow', 'off'");
        assertThat(reason.text("/problems/0/message")).isEqualTo("missing key 'reason'");
        assertThat(until.text("/problems/0/message")).contains("expected a time such as");
        assertThat(reference.text("/problems/0/message")).contains("a reference is not possible");
        assertThat(put(DENY, "{\"policy\": \"a\", \"mode\": \"off\", \"reason\": \"x\"}")
                        .text("/code"))
                .isEqualTo("invalid_body");
        assertThat(put("/overrides/policies/deny", OFF).text("/code")).isEqualTo("not_found");
        assertThat(fileExists()).isFalse();
    }

    @Test
    void anEndThatIsOverIsRefused() {
        kernel.start(WORKERS, ROUTES);
        String late = "{\"mode\": \"off\", \"reason\": \"x\", \"until\": \"" + FakeTicker.START + "\"}";

        assertThat(put(DENY, late).text("/code")).isEqualTo("invalid_time");

        assertThat(fileExists()).isFalse();
    }

    @Test
    void oneWithAnEndEndsThere() {
        kernel.start(WORKERS, ROUTES);
        String soon = "{\"mode\": \"off\", \"reason\": \"x\", \"until\": \"" + FakeTicker.START.plusMillis(50) + "\"}";
        assertThat(put(DENY, soon).status()).isEqualTo(200);
        assertThat(status()).isEqualTo(200);

        kernel.clock().advance(Duration.ofMillis(50));

        Await.until(() -> status() == 403);
        assertThat(get(DENY).text("/state")).isEqualTo("over");
    }

    @Test
    void aNameThatNothingHasIsPointedOut() {
        kernel.start(WORKERS, ROUTES);

        Answer answer = put("/overrides/policy/denny", OFF);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("/problems/0/message")).isEqualTo("no chain has a policy 'denny', did you mean 'deny'?");
    }

    @Test
    void onlyWhatTheCallerHasSeenIsChanged() {
        kernel.start(WORKERS, ROUTES);
        String etag = String.valueOf(put(DENY, OFF, "if-none-match", "*").etag());

        assertThat(put(DENY, SHADOW, "if-none-match", "*").status()).isEqualTo(412);
        assertThat(put(DENY, SHADOW, "if-match", etag).status()).isEqualTo(200);
        assertThat(delete(DENY, "if-match", etag).text("/code")).isEqualTo("precondition_failed");
        assertThat(kernel.read(FILE)).contains("mode: shadow");
    }

    @Test
    void thoseOfKernelYamlAreLeftToPeople() {
        kernel.start(WORKERS + "overrides: [ { policy: deny, mode: shadow, reason: by hand } ]\n", ROUTES);

        Answer put = put(DENY, OFF);
        Answer delete = delete(DENY);

        assertThat(put.text("/code")).isEqualTo("not_editable");
        assertThat(put.text("/detail")).contains("policy 'deny'", "kernel.yaml:5:16");
        assertThat(delete.text("/code")).isEqualTo("not_editable");
        assertThat(get(DENY).text("/reason")).isEqualTo("by hand");
        assertThat(fileExists()).isFalse();
    }

    @Test
    void theLintTellsWhoAsksOfAChainThatDoesNotRunAsItIsWritten() {
        kernel.start(WORKERS, ROUTES.replace("{ policy: a }", "{ policy: a }, { policy: deny, name: again }"));
        String none = "{\"files\": {}}";
        String one = "{\"files\": {\"overrides.yaml\": \"overrides: [ { policy: a, mode: shadow, reason: x } ]\"}}";

        Answer asWritten = call(HttpMethod.POST, "/config:validate", none);
        Answer overridden = call(HttpMethod.POST, "/config:validate", one);

        assertThat(asWritten.text("/problems/0/message")).startsWith("'again' causes one more call");
        assertThat(overridden.text("/problems/0/message")).isEqualTo(asWritten.text("/problems/0/message"));
    }

    @Test
    void aChangeIsCheckedAsItWillBeWhenTheOverrideEnds() {
        kernel.start(WORKERS, ROUTES);
        put("/overrides/policy/unheardOf", OFF);
        String chain = "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"unheardOf\"}]}}";

        Answer answer = put("/routes/%2Fnew", chain);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("/problems/0/message")).startsWith("no worker declares policy 'unheardOf'");
        assertThat(kernel.directory().resolve("routes/api--new.yaml")).doesNotExist();
    }

    @Test
    void aWorkerThatIsOffMayBeAwayWhenSomethingIsChanged() {
        kernel.start(WORKERS, ROUTES);
        put("/overrides/worker/two", OFF);
        two.goAway();
        Await.until(() -> kernel.metric("policy_kernel_worker_health{worker=\"two\"}") == 0);

        Answer answer = put("/routes/%2Fnew", "{\"request_flow\": {\"policy_chain\": [{\"policy\": \"a\"}]}}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(kernel.get("/new").reached().header("x-a")).isEqualTo("1");
    }

    @Test
    void aRollbackBringsNoneBack() {
        kernel.start(WORKERS, ROUTES);
        long overridden = put(DENY, OFF).body().path("generation").asLong();
        delete(DENY);

        assertThat(call(HttpMethod.POST, "/generations/" + overridden + ":rollback", null)
                        .status())
                .isEqualTo(200);

        assertThat(status()).isEqualTo(403);
        assertThat(fileExists()).isFalse();
    }

    @Test
    void aRollbackEndsNone() {
        kernel.start(WORKERS, ROUTES);
        put(DENY, OFF);
        kernel.write(ROUTES_FILE, ROUTES.replace("{ policy: a }", "{ policy: a, mode: off }"));
        kernel.reload();
        assertThat(kernel.get("/users").reached().header("x-a")).isNull();

        Answer answer = call(HttpMethod.POST, "/generations/1:rollback", null);

        assertThat(answer.text("/status")).isEqualTo("success");
        assertThat(kernel.get("/users").reached().header("x-a")).isEqualTo("1");
        assertThat(kernel.read(FILE)).contains("policy: deny");
    }

    @Test
    void theyAreShownWithAllThatIsSaidOfThem() {
        kernel.write(FILE, """
                overrides:
                  - { policy: 'deny', mode: shadow, reason: it is broken, until: '2026-01-02T00:00:00Z' }
                """);
        kernel.start(WORKERS, ROUTES);

        Answer config = get("/config");

        assertThat(config.body().at("/overrides/0")).hasToString("""
                {"kind":"policy","name":"deny","mode":"shadow","state":"active","reason":"it is broken",\
                "until":"2026-01-02T00:00:00Z","location":"overrides.yaml:2:5","kept":"file"}""");
        assertThat(config.body().at("/policy_kernel").has("overrides")).isFalse();
        assertThat(kernel.metric("policy_kernel_overrides{kind=\"policy\",mode=\"shadow\",name=\"deny\"}"))
                .isEqualTo(1);
    }

    @Test
    void oneWhoseTimeIsOverIsShownAsSuch() {
        kernel.write(FILE, """
                overrides:
                  - { policy: deny, mode: 'off', reason: it is broken, until: '2025-12-31T00:00:00Z' }
                """);
        kernel.start(WORKERS, ROUTES);

        assertThat(get("/config").text("/overrides/0/state")).isEqualTo("over");
    }

    @Test
    void aPlanShowsTheModesInForceAndTheOverridesThatGiveThem() {
        kernel.write(FILE, """
                overrides:
                  - { worker: two, mode: shadow, reason: it is broken }
                  - { policy: deny, mode: 'off', reason: it is broken }
                """);
        kernel.start(WORKERS, ROUTES.replace("{ policy: a }", "{ policy: a }, { policy: deny, name: again }"));

        Answer plan = get("/routes/%2Fusers/plan");

        assertThat(plan.text("/request/chain/0/mode")).isEqualTo("off");
        assertThat(plan.text("/request/chain/0/override/kind")).isEqualTo("policy");
        assertThat(plan.text("/request/chain/1/mode")).isEqualTo("enforce");
        assertThat(plan.body().at("/request/chain/1").has("override")).isFalse();
        assertThat(plan.text("/request/chain/2/override/name")).isEqualTo("deny");
    }
}
