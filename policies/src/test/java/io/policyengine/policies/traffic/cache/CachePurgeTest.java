package io.policyengine.policies.traffic.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.policyengine.core.policy.Question;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Purges of stored answers, which operators ask for. */
final class CachePurgeTest extends CacheFixture {
    private String purge(String name, String value) {
        return String.valueOf(
                policy().ask(new Question("purge", Map.of(name, value))).result());
    }

    private void store(String... paths) {
        for (String path : paths) {
            answer(get(path), "a", "cache-control", FRESH);
        }
        environment.advance(Duration.ofMillis(1));
    }

    @Test
    void anOperatorLetsItForgetAPathABeginningOrAll() {
        String[] paths = {"/a", "/a?x", "/ab", "/b"};
        store(paths);

        assertThat(purge("path", "/a")).contains("purged_until");
        environment.advance(Duration.ofMillis(1));
        assertThat(stored(paths)).containsExactly("/a?x", "/ab", "/b");
        store("/a");
        purge("path_prefix", "/a");
        environment.advance(Duration.ofMillis(1));
        assertThat(stored(paths)).containsExactly("/b");
        purge("all", "true");
        environment.advance(Duration.ofMillis(1));
        assertThat(stored(paths)).isEmpty();
        store("/c");
        assertThat(stored("/c")).containsExactly("/c");
    }

    @Test
    void aPurgeIsOfOneAuthorityWhereItSaysSo() {
        store("/a");
        policy().ask(new Question("purge", Map.of("all", "true", "authority", "other.example")));
        assertThat(stored("/a")).isNotEmpty();

        policy().ask(new Question("purge", Map.of("all", "true", "authority", "EXAMPLE.com")));

        assertThat(stored("/a")).isEmpty();
    }

    @Test
    void morePurgesThanAreToldApartForgetAll() {
        store("/a");
        for (int i = 0; i < 100; i++) {
            purge("path", "/other/" + i);
        }
        assertThat(stored("/a")).isNotEmpty();

        purge("path", "/other");

        assertThat(stored("/a")).isEmpty();
    }

    @Test
    void anotherInstanceForgetsWithinASecond() {
        FakeEnvironment elsewhere = new FakeEnvironment();
        environment.useStore("redis").joinedBy(elsewhere);
        with("store: redis");
        store("/a");
        assertThat(stored("/a")).isNotEmpty();

        PolicyTester.of(new CacheFactory(), "store: redis", elsewhere)
                .policy()
                .ask(new Question("purge", Map.of("all", "true")));
        environment.advance(Duration.ofSeconds(1));

        assertThat(stored("/a")).isEmpty();
    }

    @Test
    void aPurgeThatSaysNothingIsRefused() {
        for (Map<String, String> none :
                List.of(Map.of("path", "a"), Map.of("path_prefix", ""), Map.of("path", "/" + "a".repeat(9000)))) {
            assertThatIllegalArgumentException().isThrownBy(() -> policy().ask(new Question("purge", none)));
        }
        assertThat(policy().ask(new Question("quotas", Map.of())).result()).isNull();
    }
}
