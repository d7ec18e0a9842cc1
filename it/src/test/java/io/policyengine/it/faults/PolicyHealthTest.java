package io.policyengine.it.faults;

import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.policies.authentication.apikeyauth.ApiKeyAuthFactory;
import io.policyengine.policies.authentication.basicauth.BasicAuthFactory;
import io.policyengine.testkit.time.Await;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A policy whose files are damaged while it runs: everybody can see it, and nothing is out of service for it. */
class PolicyHealthTest {
    private static final String HEALTH = "policy_kernel_policy_health{policy=\"%s\",worker=\"one\"}";

    @TempDir
    private Path directory;

    private @Nullable TestEngine engine;

    @AfterEach
    void stop() {
        if (engine != null) {
            engine.close();
        }
    }

    @ParameterizedTest
    @EnumSource(TestWorker.Form.class)
    void showsPoliciesWhoseFilesCannotBeReadAgainWhileTheyGoOnWithTheLastGoodContent(TestWorker.Form form)
            throws IOException {
        Path keys = Files.writeString(directory.resolve("keys.yaml"), "- { consumer: ann, plain: secret-of-ann }");
        Path users = Files.writeString(directory.resolve("users"), "bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
        TestEngine running = new TestEngine(form, directory);
        engine = running;
        running.worker("one", UnaryOperator.identity(), new ApiKeyAuthFactory(), new BasicAuthFactory())
                .start(
                        TestEngine.PATIENT
                                + "workers: [ { name: one, timeout_ms: 5000, health_check_interval_ms: 100 } ]\n",
                        route("keys", "[ { policy: apiKeyAuth, params: { key_file: keys.yaml } } ]", "[]"),
                        route("users", "[ { policy: basicAuth, params: { htpasswd_file: users } } ]", "[]"));
        assertThat(running.metric(HEALTH.formatted("apiKeyAuth"))).isEqualTo(1);

        Files.writeString(keys, "- { consumer: ann, plain: secret-of-ann");
        Files.delete(users);
        awaitHealth(running, "apiKeyAuth", 0);
        awaitHealth(running, "basicAuth", 0);

        String ready = admin(running, "/health/ready");
        assertThat(ready)
                .startsWith("200 ")
                .contains("policy 'apiKeyAuth' of worker 'one' is unhealthy at", keys.toString())
                .contains("policy 'basicAuth' of worker 'one' is unhealthy at", users + ": there is no such file")
                .doesNotContain("secret-of-ann");
        assertThat(admin(running, "/workers"))
                .contains("\"unwell_policies\"", "\"policy\" : \"apiKeyAuth\"", "there is no such file")
                .doesNotContain("secret-of-ann");
        assertThat(running.get("keys", "x-api-key", "secret-of-ann").status()).isEqualTo(200);
        assertThat(running.get("keys").status()).isEqualTo(401);

        Files.writeString(keys, "- { consumer: eve, plain: secret-of-eve }");
        awaitHealth(running, "apiKeyAuth", 1);
        assertThat(running.get("keys", "x-api-key", "secret-of-eve").status()).isEqualTo(200);
        assertThat(admin(running, "/health/ready")).doesNotContain("apiKeyAuth").contains("basicAuth");
    }

    private static void awaitHealth(TestEngine engine, String policy, double value) {
        Await.until(() -> engine.metric(HEALTH.formatted(policy)) == value);
    }

    private static String admin(TestEngine engine, String path) {
        HttpClient client = engine.vertx().createHttpClient();
        return Await.result(client.request(HttpMethod.GET, engine.kernel().adminPort(), "127.0.0.1", path)
                // The body in one step: asked for later, on this thread, it may be over before, and then it never
                // comes.
                .compose(request -> request.send()
                        .compose(response -> response.body().map(body -> response.statusCode() + " " + body)))
                // Not by itself: Vert.x closes clients that nobody refers to any more.
                .eventually(client::close));
    }
}
