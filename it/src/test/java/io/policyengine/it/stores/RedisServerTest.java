package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.redis.RedisServer;
import org.junit.jupiter.api.Test;

/** The servers that the other tests of this package use. */
class RedisServerTest {
    @Test
    void isKilledAndStartedAgain() {
        try (RedisServer server = RedisServer.start()) {
            assertThat(server.run("SET", "a", "1")).isEqualTo("OK");

            server.kill();
            assertThat(server.run("GET", "a")).contains("refused");

            server.restart();
            assertThat(server.run("EXISTS", "a")).isEqualTo("0");
        }
    }

    @Test
    void itsClockIsSet() {
        try (RedisServer server = RedisServer.startWithClock()) {
            long now = secondsOf(server);

            server.setClock(-100_000);
            assertThat(secondsOf(server)).isLessThan(now - 90_000);

            server.setClock(100_000);
            assertThat(secondsOf(server)).isGreaterThan(now + 90_000);
        }
    }

    private static long secondsOf(RedisServer server) {
        return Long.parseLong(server.run("TIME").lines().findFirst().orElseThrow());
    }
}
