package io.policyengine.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Metadata;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PolicyTesterTest {
    private static final EchoFactory FACTORY = new EchoFactory();

    @Test
    void appliesWhatThePolicyInstructs() {
        var run = PolicyTester.of(FACTORY, "{ name: X-Echo, value: hello }").request(TestMessages.get("/"));

        assertThat(run.request().headers().get("x-echo")).isEqualTo("hello");
        assertThat(run.original().headers().contains("x-echo")).isFalse();
        assertThatExceptionOfType(AssertionError.class).isThrownBy(run::denial);
    }

    @Test
    void refusesParametersThatDoNotFit() {
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> PolicyTester.of(FACTORY, "{ nam: X-Echo }"))
                .satisfies(refusal -> assertThat(refusal.problems()).isNotEmpty());
    }

    @Test
    void findsIllegalInstructions() {
        var tester = PolicyTester.of(FACTORY, "{ name: Content-Length }");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> tester.request(TestMessages.get("/")))
                .withMessageContaining("framing");
    }

    @Test
    void waitsForTimeToPass() {
        var tester = PolicyTester.of(FACTORY, "{ name: X-Echo, delay_ms: 10 }");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> tester.request(TestMessages.get("/")))
                .withMessageContaining("not decided");
        var run = tester.requestLater(TestMessages.get("/"), Metadata.empty());
        tester.environment().advance(Duration.ofMillis(9));
        assertThat(run.isComplete()).isFalse();
        tester.environment().advance(Duration.ofMillis(1));
        assertThat(run.result().request().headers().get("x-echo")).isEmpty();
    }
}
