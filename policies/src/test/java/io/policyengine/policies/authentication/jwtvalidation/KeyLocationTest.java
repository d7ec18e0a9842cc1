package io.policyengine.policies.authentication.jwtvalidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The answers of servers of keys. What the policy makes of them is in {@link KeyFetchTest}. */
final class KeyLocationTest {
    private static final String URI = "https://keys.example/jwks";

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget server = environment.useTarget(URI);

    @ParameterizedTest
    @CsvSource({
        "429, REFUSED,   DEPENDENCY_UNAVAILABLE",
        "500, REFUSED,   DEPENDENCY_UNAVAILABLE",
        "503, REFUSED,   DEPENDENCY_UNAVAILABLE",
        "404, MALFORMED, INVALID_RESPONSE",
        "401, MALFORMED, INVALID_RESPONSE",
        "302, MALFORMED, INVALID_RESPONSE",
        "204, MALFORMED, INVALID_RESPONSE"
    })
    void aServerThatIsOverloadedOrBrokenHasFailedAndAnyOtherAnswerIsUnreadable(
            int status, CalloutException.Kind kind, ErrorCode code) {
        server.answer(status, "{}");
        Call call = new Call(
                "id", 1, environment.ticker().nanoTime() + Duration.ofSeconds(1).toNanos(), new Cancellation());

        Throwable failure =
                new KeyLocation.Known(environment.target(URI)).fetch(call).cause();

        assertThat(failure)
                .isInstanceOfSatisfying(CalloutException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(kind);
                    assertThat(refused.code()).isEqualTo(code);
                })
                .hasMessageContaining("status " + status);
    }
}
