package io.policyengine.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailFactory;
import io.policyengine.policies.content.jsonthreatprotection.JsonThreatProtectionFactory;
import io.policyengine.policies.content.piiredaction.PiiRedactionFactory;
import io.policyengine.policies.content.xmlthreatprotection.XmlThreatProtectionFactory;
import io.policyengine.policies.message.transformbody.TransformBodyFactory;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A body whose reading needs more memory than there is for work is refused, however it comes: it is at fault, not the policy. */
class MemoryOfWorkTest {
    private static Arguments policy(PolicyFactory<?> factory, String params, String type, int status) {
        return Arguments.of(factory, params, type, status);
    }

    static Stream<Arguments> guards() {
        return Stream.of(
                policy(new JsonThreatProtectionFactory(), "", "application/json", 400),
                policy(new JsonThreatProtectionFactory(), "", "multipart/form-data; boundary=x", 400),
                policy(new XmlThreatProtectionFactory(), "", "application/xml", 413),
                policy(new ContentFilterFactory(), "words: [forbidden]", "text/plain", 413),
                policy(new PiiRedactionFactory(), "", "text/plain", 413),
                policy(
                        new ContentModerationGuardrailFactory(),
                        "checks: [ { type: webhook, target: hook } ]",
                        "text/plain",
                        413));
    }

    static Stream<Arguments> policies() {
        Arguments transformBody = policy(new TransformBodyFactory(), "replace: [ { text: a } ]", "text/plain", 413);
        return Stream.concat(guards(), Stream.of(transformBody));
    }

    private static PolicyTester withoutMemory(PolicyFactory<?> factory, String params) {
        FakeEnvironment environment = new FakeEnvironment();
        environment.useTarget("hook");
        PolicyTester tester = PolicyTester.of(factory, params, environment);
        environment.failBlocking(new TooMuchMemoryException(1, 0));
        return tester;
    }

    /** More than is read on the event loop. */
    private static Buffer large() {
        return Buffer.buffer("[\"" + "x".repeat(100_000));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aRequestIsAnswered(PolicyFactory<?> factory, String params, String type, int status) {
        PolicyTester tester = withoutMemory(factory, params);
        RequestView post = TestMessages.get("/", "content-type", type);

        assertThat(tester.request(post.withBody(large())).denial().status()).isEqualTo(status);
        assertThat(tester.requestChunks(post, List.of(large())).denial().status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @MethodSource("guards")
    void aWholeResponseIsReplaced(PolicyFactory<?> factory, String params, String type) {
        PolicyTester tester = withoutMemory(factory, params);
        ResponseView response = TestMessages.response(200, "content-type", type);

        ResponseView replaced = tester.response(response.withBody(large()), tester.request(TestMessages.get("/")))
                .response();

        assertThat(replaced.status()).isEqualTo(502);
    }

    @ParameterizedTest
    @MethodSource("guards")
    void aResponseUnderWayIsRefused(PolicyFactory<?> factory, String params, String type) {
        PolicyTester tester = withoutMemory(factory, params);
        ResponseView response = TestMessages.response(200, "content-type", type);
        RequestRun before = tester.request(TestMessages.get("/"));

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> tester.responseChunks(response, before, List.of(large())))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.RESPONSE_REFUSED));
    }
}
