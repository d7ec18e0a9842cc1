package io.policyengine.kernel.blackbox.workers;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A worker that means harm, beside one that is good: what it declares costs its own policies, and nothing else. */
class HostileWorkerTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String WORKERS = "workers: [ { name: bad }, { name: good } ]\n";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker bad = kernel.worker("bad").with("spoilt", Policies.request());

    HostileWorkerTest() {
        kernel.worker("good").with("sound", Policies.request(new SetHeader("x-policy", "sound")));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\":\"#\"}",
                "{\"properties\":{\"a\":{\"pattern\":\"((a{1000}){1000}){1000}\"}}}",
                "{\"properties\":{\"a\":{\"pattern\":\"(?=a)\"}}}",
                "{\"type\":\"strng\"}"
            })
    void aSchemaThatCannotBeUsedTakesItsOwnPolicyOutAndNothingElse(String schema) {
        bad.withSchema("spoilt", (ObjectNode) JSON.readTree(schema));
        String off = "[ { policy: sound }, { policy: spoilt, mode: off, params: { a: b } } ]";
        kernel.write("routes/bad.yaml", route("bad", "[ { policy: spoilt } ]", "[]"));
        kernel.start(WORKERS, route("good", off, "[]"));

        Await.until(() -> kernel.metric("policy_kernel_worker_refused_policies{worker=\"bad\"}") == 1);

        assertThat(kernel.get("good").reached().header("x-policy")).isEqualTo("sound");
        assertThat(kernel.get("bad").status()).isEqualTo(503);
        assertThat(kernel.reports().stream()
                        .flatMap(report -> report.refused().stream())
                        .map(Declarations.Refused::why))
                .singleElement()
                .asString()
                .contains("declares a JSON Schema of its parameters that cannot be used: ");
        kernel.write("routes/more.yaml", route("more", off, "[]"));
        ReloadResult result = kernel.reload();
        assertThat(result.status()).isEqualTo(ReloadResult.Status.SUCCESS);
        assertThat(kernel.get("more").reached().header("x-policy")).isEqualTo("sound");
    }
}
