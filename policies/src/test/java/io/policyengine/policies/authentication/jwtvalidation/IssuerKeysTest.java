package io.policyengine.policies.authentication.jwtvalidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.authentication.jwtvalidation.JwtValidationParams.JwksParams;
import io.policyengine.testkit.policy.FakeEnvironment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {
    private final FakeEnvironment environment = new FakeEnvironment();
    private final AtomicInteger fetches = new AtomicInteger();
    private final IssuerKeys keys = new IssuerKeys(new JwksParams(100, 2, 400), environment);

    @Test
    void oneTimerRunsAtATime() {
        keys.failed(fetches::incrementAndGet);
        keys.failed(fetches::incrementAndGet);

        environment.advance(Duration.ofMinutes(1));

        assertThat(fetches).hasValue(1);
    }

    @Test
    void pausesAreNoLongerThanTheCoolDownAndShortAgainAfterASuccess() {
        for (int i = 0; i < 100; i++) {
            keys.failed(fetches::incrementAndGet);
            environment.advance(Duration.ofSeconds(2));
        }
        assertThat(fetches).hasValue(100);
        keys.succeeded();

        keys.failed(fetches::incrementAndGet);
        environment.advance(Duration.ofMillis(100));

        assertThat(fetches).hasValue(101);
    }

    @Test
    void nothingIsFetchedForEntriesThatAreGone() {
        keys.failed(fetches::incrementAndGet);
        keys.close();

        environment.advance(Duration.ofMinutes(1));

        assertThat(fetches).hasValue(0);
    }
}
