package io.policyengine.kernel.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The number of open streams, and how event loops share it. */
class StreamsTest {
    private static final int LIMIT = 40;

    private final Streams streams = new Streams();

    private static int openAll(Streams.OfLoop loop) {
        int opened = 0;
        while (loop.tryOpen()) {
            opened++;
        }
        return opened;
    }

    @Test
    void theOnlyEventLoopMayHaveAll() {
        streams.limit(LIMIT);

        assertThat(openAll(streams.join())).isEqualTo(LIMIT);
        assertThat(streams.open()).isEqualTo(LIMIT);
    }

    @Test
    void anEventLoopWithManyLeavesSomeToThoseWithFew() {
        streams.limit(LIMIT);
        Streams.OfLoop flooded = streams.join();
        Streams.OfLoop calm = streams.join();

        assertThat(openAll(flooded)).isEqualTo(LIMIT * 3 / 4);
        assertThat(openAll(calm)).isEqualTo(LIMIT / 4);
        calm.close();
        assertThat(flooded.tryOpen()).isFalse();
        assertThat(calm.tryOpen()).isTrue();
        assertThat(streams.open()).isEqualTo(LIMIT);
    }

    @Test
    void itIsCrowdedWhereFewMoreMayBeOpenedAndNotWhereSomeAreLeft() {
        streams.limit(LIMIT);
        Streams.OfLoop flooded = streams.join();
        Streams.OfLoop calm = streams.join();

        openAll(flooded);

        assertThat(flooded.isCrowded()).isTrue();
        assertThat(calm.isCrowded()).isFalse();
    }

    @Test
    void eventLoopsWithTheSameLoadHaveTheSame() {
        streams.limit(LIMIT);
        Streams.OfLoop one = streams.join();
        Streams.OfLoop other = streams.join();

        int opened = 0;
        while (one.tryOpen() && other.tryOpen()) {
            opened++;
        }

        assertThat(opened).isEqualTo(LIMIT / 2);
    }
}
