package io.policyengine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Overrides by the management API where the conf directory cannot take them, and while something else takes its time. */
class EmergencyTest {
    private static final String WORKERS = "workers: [ { name: one }, { name: two } ]\n";
    private static final String FILE = "overrides.yaml";
    private static final String DENY = "/overrides/policy/deny";
    private static final String OFF = "{\"mode\": \"off\", \"reason\": \"it is broken\"}";
    private static final String ROUTES = """
            route_policies:
              - route_name: /users
                request_flow: { policy_chain: [ { policy: deny }, { policy: a } ] }
            """;

    private final KernelHarness kernel = ManagedKernels.create();
    private static final String MORE =
            "route_policies: [ { route_name: /more, request_flow: { policy_chain: [ { policy: a } ] } } ]\n";

    private final ScriptedWorker one;
    private int asked;

    EmergencyTest() {
        one = kernel.worker("one")
                .with("a", Policies.request(new SetHeader("x-a", "1")))
                .with("b", Policies.request(new SetHeader("x-b", "1")));
        kernel.worker("two").with("deny", Policies.denying(403, "no"));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    private Answer call(HttpMethod method, String path, @Nullable String body) {
        return Answer.of(kernel, method, path, body, Map.of());
    }

    private Answer put() {
        return call(HttpMethod.PUT, DENY, OFF);
    }

    private int status() {
        return kernel.get("/users").status();
    }

    /** The file of overrides is somebody else's. */
    private Path distribute(Path folder, String text) throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("distributed.yaml"), text);
        Files.createSymbolicLink(kernel.directory().resolve(FILE), elsewhere);
        return elsewhere;
    }

    @Test
    void whereTheFileIsReadOnlyAnOverrideIsInForceAllTheSameAndSaysWhereItIsKept(@TempDir Path folder)
            throws IOException {
        Path elsewhere = distribute(folder, "overrides: [ { policy: a, mode: off, reason: there } ]\n");
        kernel.start(WORKERS, ROUTES);
        assertThat(status()).isEqualTo(403);

        Answer answer = put();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("/problems/0/message")).contains("kept in memory only", "is a link");
        assertThat(status()).isEqualTo(200);
        assertThat(elsewhere).content().doesNotContain("deny");
        for (String path : new String[] {"/overrides", "/config"}) {
            assertThat(call(HttpMethod.GET, path, null).text("/overrides/0/kept"))
                    .isEqualTo("file");
            assertThat(call(HttpMethod.GET, path, null).text("/overrides/1/kept"))
                    .isEqualTo("memory");
            assertThat(call(HttpMethod.GET, path, null).text("/overrides/1/state"))
                    .isEqualTo("active");
        }
        assertThat(call(HttpMethod.GET, DENY, null).etag()).isEqualTo(answer.etag());
        assertThat(kernel.admin("/health/ready")).contains("kept in memory only");
        kernel.write("routes/more.yaml", "route_policies: [ { route_name: /more } ]\n");
        kernel.reload();
        assertThat(status()).isEqualTo(200);

        assertThat(call(HttpMethod.DELETE, DENY, null).status()).isEqualTo(200);
        assertThat(status()).isEqualTo(403);
        assertThat(kernel.admin("/health/ready")).doesNotContain("kept in memory only");
        assertThat(call(HttpMethod.DELETE, DENY, null).status()).isEqualTo(404);
    }

    @Test
    void theStrongerOfFileAndMemoryIsInForceAndWhatIsLeftIsTold(@TempDir Path folder) throws IOException {
        distribute(folder, "overrides: [ { policy: deny, mode: off, reason: there } ]\n");
        kernel.start(WORKERS, ROUTES);
        call(HttpMethod.PUT, DENY, OFF.replace("off", "shadow"));
        assertThat(status()).isEqualTo(200);

        Answer answer = call(HttpMethod.DELETE, DENY, null);

        assertThat(answer.text("/problems/0/message")).contains("stays in force");
        assertThat(call(HttpMethod.DELETE, DENY, null).text("/code")).isEqualTo("read_only");
    }

    @Test
    void withAStateDirectoryItOutlivesTheKernel(@TempDir Path folder, @TempDir Path state) throws IOException {
        distribute(folder, "overrides: []\n");
        kernel.write("kernel.yaml", KernelHarness.settings(WORKERS));
        kernel.write("routes/routes.yaml", ROUTES);
        kernel.restart(state);

        Answer answer = put();
        assertThat(answer.text("/problems/0/message")).contains(state.toString());
        kernel.restart(state);

        assertThat(status()).isEqualTo(200);
        assertThat(call(HttpMethod.GET, DENY, null).text("/kept")).isEqualTo("state");
        assertThat(call(HttpMethod.DELETE, DENY, null).status()).isEqualTo(200);
        kernel.restart(state);
        assertThat(status()).isEqualTo(403);
    }

    @Test
    void aDirectoryThatIsGoneIsNotMadeAnewAndTakesTheOverrideWhenItIsBack() throws IOException {
        kernel.start(WORKERS, ROUTES);
        Path away = kernel.directory().resolveSibling(kernel.directory().getFileName() + ".away");
        Files.move(kernel.directory(), away);

        assertThat(put().text("/problems/0/message")).contains("no such directory");

        assertThat(kernel.directory()).doesNotExist();
        assertThat(status()).isEqualTo(200);
        Files.move(away, kernel.directory());
        assertThat(put().status()).isEqualTo(200);
        assertThat(kernel.read(FILE)).contains("deny");
        assertThat(call(HttpMethod.GET, "/overrides", null).body().at("/overrides"))
                .hasSize(1);
        assertThat(call(HttpMethod.GET, DENY, null).text("/kept")).isEqualTo("file");
        assertThat(status()).isEqualTo(200);
    }

    @Test
    void aSlowPreparationOfSomethingElseDelaysNoOverrideAndDoesNotUndoIt() {
        kernel.start(WORKERS, ROUTES.replace("{ policy: deny }", "{ policy: b }"));
        Promise<Void> prepared = holdUp();
        kernel.write("routes/more.yaml", MORE);
        Future<?> slow = kernel.reloads().reload(Origin.SIGNAL);
        letOthersPass();

        assertThat(call(HttpMethod.PUT, "/overrides/policy/b", OFF).status()).isEqualTo(200);

        assertThat(slow.isComplete()).isFalse();
        assertThat(kernel.get("/users").reached().header("x-b")).isNull();
        assertThat(kernel.get("/users").reached().header("x-a")).isEqualTo("1");
        prepared.complete();
        Await.result(slow);
        assertThat(kernel.get("/users").reached().header("x-b")).isNull();
        assertThat(kernel.get("/more").reached().header("x-a")).isEqualTo("1");
        assertThat(kernel.read(FILE)).contains("policy: b");
    }

    @Test
    void aLongCheckDelaysNoOverride() {
        kernel.start(WORKERS, ROUTES);
        Promise<Void> prepared = holdUp();
        Future<Answer> slow = Answer.asked(kernel, HttpMethod.PUT, "/routes/%2Fmore", """
                {"request_flow": {"policy_chain": [{"policy": "a"}]}}""", Map.of());
        letOthersPass();

        assertThat(put().status()).isEqualTo(200);

        assertThat(slow.isComplete()).isFalse();
        assertThat(status()).isEqualTo(200);
        prepared.complete();
        assertThat(Await.result(slow).status()).isEqualTo(200);
        assertThat(status()).isEqualTo(200);
        assertThat(kernel.get("/more").reached().header("x-a")).isEqualTo("1");
    }

    /** What a worker is asked to prepare next takes until this has completed. */
    private Promise<Void> holdUp() {
        Promise<Void> prepared = Promise.promise();
        asked = one.preparations();
        one.prepareAfter(prepared.future());
        return prepared;
    }

    /** What it is asked afterwards does not. */
    private void letOthersPass() {
        Await.until(() -> one.preparations() > asked);
        one.prepareAfter(Future.succeededFuture());
    }
}
