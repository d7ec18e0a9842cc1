package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.policy.Fact;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Policies that a worker declares and may not run, as the management API shows them. */
class OwnershipApiTest {
    private static final String WORKERS = "workers: [ { name: team }, { name: security } ]\n";

    private final KernelHarness kernel = ManagedKernels.create();
    private final ScriptedWorker team = kernel.worker("team").with("mine", Policies.request());
    private final ScriptedWorker security = kernel.worker("security")
            .with("auth", Policies.denying(401, "no key"), Fact.MAY_DENY, Fact.PROVIDES_IDENTITY)
            .with("limit", Policies.request());

    @AfterEach
    void stop() {
        kernel.close();
    }

    private Answer get(String path) {
        return Answer.of(kernel, HttpMethod.GET, path, null, Map.of());
    }

    private void contend(ObjectNode schemaOfOwner, ObjectNode schemaOfContender) {
        security.withSchema("auth", schemaOfOwner);
        kernel.start(WORKERS, route("protected", "[ { policy: auth, params: { plain: verySecretKey99 } } ]", "[]"));
        Await.untilAsserted(() -> assertThat(kernel.get("protected").status()).isEqualTo(401));
        team.with("auth", Policies.request()).withSchema("auth", schemaOfContender);
        team.goAway();
        team.comeBack();
        Await.until(() -> kernel.metric("policy_kernel_worker_refused_policies{worker=\"team\"}") == 1);
    }

    private static ObjectNode schema(String mark) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        schema.putObject("properties").putObject("plain").put("type", "string").put(mark, true);
        return schema;
    }

    @Test
    void aWorkerShowsWhatItRunsAndWhatIsRefusedToIt() {
        contend(schema("writeOnly"), schema("writeOnly"));

        Answer workers = get("/workers");

        assertThat(workers.body().at("/workers/0/policies")).hasToString("[\"mine\"]");
        assertThat(workers.text("/workers/0/refused_policies/0/policy")).isEqualTo("auth");
        assertThat(workers.text("/workers/0/refused_policies/0/reason")).startsWith("it belongs to worker 'security'");
        assertThat(workers.body().at("/workers/1/policies")).hasToString("[\"auth\",\"limit\"]");
    }

    @Test
    void aRouteShowsWhyItIsRefused() {
        kernel.start(
                "workers: [ { name: team, policies: [ mine ] }, { name: security, policies: [ limit ] } ]\n",
                route("protected", "[ { policy: auth } ]", "[]"));

        assertThat(get("/routes").body().toString())
                .contains(
                        "worker 'security' declares it, but 'policies' of worker 'security' in kernel.yaml does not list it");
    }

    @Test
    void theSchemaOfAContenderShowsNoSecret() {
        contend(schema("writeOnly"), schema("readOnly"));

        Answer shown = get("/routes/protected");

        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.body().toString()).contains("(secret)").doesNotContain("verySecretKey99");
    }
}
