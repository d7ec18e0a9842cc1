package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What whoever may write routes by the management API does not get to see. */
class ReferencesApiTest {
    private final KernelHarness kernel = ManagedKernels.create();

    @BeforeEach
    void start() {
        kernel.worker("a").with("one", Policies.request(new SetHeader("x-policy", "one")));
        kernel.write("secret", "hush-hush");
        kernel.start("workers: [ { name: a } ]\n", route("/first", "[ { policy: one } ]", "[]"));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void aReferenceInANameIsRefusedAndItsValueIsNowhere() {
        for (String entry : new String[] {
            "{'policy': '${file:secret}'}",
            "{'policy': 'one', 'name': '${file:secret}'}",
            "{'policy': 'one', 'when': '${file:secret}'}",
            "{'policy': 'one', 'mode': '${file:secret}'}",
            "{'chain': '${file:secret}'}",
            "{'policy': 'one', 'params': {'${file:secret}': 1}}"
        }) {
            Answer answer = put("/routes/%2Fnew", "{'request_flow': {'policy_chain': [" + entry + "]}}");

            assertThat(answer.status()).as(entry).isEqualTo(422);
            assertThat(answer.text("/detail")).contains("a reference is not possible");
            assertThat(answer.body().toString()).doesNotContain("hush");
        }
        assertThat(put("/routes/$%7Bfile:secret%7D", "{}").body().toString())
                .contains("a reference is not possible")
                .doesNotContain("hush");
        assertThat(kernel.metric("policy_kernel_config_generation")).isEqualTo(1);
    }

    @Test
    void aRouteReadsNoFileOutsideOfTheRootsAndNoOtherVariable() {
        Answer answer = put(
                "/routes/%2Fnew",
                "{'request_flow': {'policy_chain': [{'policy': 'one',"
                        + " 'params': {'a': '${file:/etc/passwd}', 'b': '${env:HOME}'}}]}}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("/detail"))
                .contains(
                        "secrets: { roots: [\".\", \"/run/secrets\", \"/etc\"] }",
                        "secrets: { env: [\"POLICY_ENGINE_*\", \"HOME\"] }")
                .doesNotContain("root:");
    }

    @Test
    void aQuestionCannotWidenWhatIsRead() {
        for (String files : new String[] {
            "'kernel.yaml': 'policy_kernel: { secrets: { roots: [ / ] } }'",
            "'kernel.yaml': 'policy_kernel: { workers: [ { name: a } ], \"secrets\": { \"env\": [ HOME ] } }'",
            "'worker-2.yaml': 'worker_core: { name: w2, secrets: { roots: [ /etc ] } }'"
        }) {
            Answer answer = Answer.of(
                    kernel, HttpMethod.POST, "/config:validate", json("{'files': {" + files + "}}"), Map.of());

            assertThat(answer.status()).as(files).isEqualTo(400);
            assertThat(answer.text("/detail")).startsWith("'secrets' decides which files");
        }
    }

    private Answer put(String path, String body) {
        return Answer.of(kernel, HttpMethod.PUT, path, json(body), Map.of());
    }

    private static String json(String text) {
        return text.replace("\\\"", "\"").replace("\"", "\\\"").replace('\'', '"');
    }
}
