package io.policyengine.kernel.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** SPEC §3: an override is never assumed to be honoured. */
class OverrideTrustTest {
    private final FakeTicker ticker = new FakeTicker();
    private final OverrideTrust trust = new OverrideTrust(ticker);

    @Test
    void lostTrustLetsOneExchangeTryAgainNowAndThen() {
        trust.missed(true);
        assertThat(trust.isLost()).isTrue();

        ticker.advance(Duration.ofSeconds(10));

        assertThat(trust.isLost()).isFalse();
        assertThat(trust.isLost()).isTrue();
    }

    @Test
    void aBodyThatComesRestoresTrust() {
        trust.missed(true);

        trust.honoured();

        assertThat(trust.isLost()).isFalse();
        assertThat(trust.isDoubtful()).isFalse();
    }

    @Test
    void sendersThatStopBeforeTheirBodyAreForgivenTwice() {
        trust.honoured();
        trust.missed(false);
        trust.missed(false);
        assertThat(trust.isDoubtful()).isFalse();

        trust.missed(false);

        assertThat(trust.isDoubtful()).isTrue();
        assertThat(trust.isLost()).isTrue();
    }
}
