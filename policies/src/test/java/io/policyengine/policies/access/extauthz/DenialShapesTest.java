package io.policyengine.policies.access.extauthz;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** Denials by HTTP that exceed a bound; other shapes are among the cases. */
final class DenialShapesTest {
    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget target = environment.useTarget("auth");
    private final PolicyTester tester = PolicyTester.of(
            new ExtAuthzFactory(), "{ protocol: http, target: auth, max_answer_bytes: 1024 }", environment);

    @Test
    void aDenialWhoseBodyIsTooLongKeepsItsStatusAndItsFields() {
        target.answer(
                401,
                HeaderMap.of("www-authenticate", "Bearer", "content-type", "text/html"),
                Buffer.buffer(new byte[1025]));

        RequestRun run = tester.request(TestMessages.get("/"));

        assertThat(run.denial().status()).isEqualTo(401);
        assertThat(run.denial().headers().get("www-authenticate")).isEqualTo("Bearer");
        assertThat(run.denial().headers().getAll("content-type")).containsExactly("application/json");
        assertThat(run.denial().body()).hasToString("{\"error\":\"Access is denied\",\"code\":\"ACCESS_DENIED\"}");
    }

    @Test
    void aDenialWithTooManyFieldsHasAsManyAsAreAllowed() {
        HeaderMap.Builder fields = HeaderMap.builder(200);
        for (int i = 0; i < 200; i++) {
            fields.append("x-" + i, "v");
        }
        target.answer(403, fields.build(), Buffer.buffer("no"));

        RequestRun run = tester.request(TestMessages.get("/"));

        assertThat(run.denial().status()).isEqualTo(403);
        assertThat(run.denial().headers().size()).isEqualTo(AuthorizationRules.MAX_CHANGES);
    }

    @Test
    void aRequestThatCannotBeSentIsNotSent() {
        target.answer(200, "");

        assertThat(tester.request(TestMessages.request("OPTIONS", "*", HeaderMap.empty(), ""))
                        .denial()
                        .status())
                .isEqualTo(403);
        assertThat(tester.request(TestMessages.get("/a", "authorization", "a\u0000b"))
                        .denial()
                        .status())
                .isEqualTo(403);
    }
}
