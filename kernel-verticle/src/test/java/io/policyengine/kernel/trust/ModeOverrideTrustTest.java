package io.policyengine.kernel.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.kernel.envoy.ExchangeProtocol;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.trust.ModeOverrideTrust.Kind;
import io.policyengine.kernel.trust.ModeOverrideTrust.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** SPEC §3: an override is never assumed to be honoured. */
class ModeOverrideTrustTest {
    private final List<Standing> changes = new ArrayList<>();

    private ModeOverrideTrust trust(boolean request) {
        return new ModeOverrideTrust(
                new Kind("r", ExchangeProtocol.UNTOLD, request, BodyUse.WHOLE, false),
                (changed, _) -> changes.add(changed.standing()));
    }

    private static void doubt(ModeOverrideTrust trust, int times) {
        for (int i = 0; i < times; i++) {
            trust.doubted();
        }
    }

    @Test
    void whatIsKnownToBeIgnoredIsLostAtOnceAndForGood() {
        ModeOverrideTrust trust = trust(true);
        trust.honoured();

        trust.ignored();
        trust.honoured();

        assertThat(trust.isLost()).isTrue();
        assertThat(changes).containsExactly(Standing.PROVED, Standing.LOST);
    }

    @Test
    void responsesThatBreakOffAreForgivenTwiceAndThenMadeToProveThemselves() {
        ModeOverrideTrust trust = trust(false);
        doubt(trust, 2);
        assertThat(trust.standing()).isEqualTo(Standing.UNPROVED);

        trust.doubted();

        assertThat(trust.isSuspect()).isTrue();
    }

    @Test
    void aBodyThatComesForgivesAllDoubts() {
        ModeOverrideTrust trust = trust(false);
        doubt(trust, 3);

        trust.honoured();
        doubt(trust, 19);

        assertThat(trust.isProved()).isTrue();
    }

    @Test
    void aRequestThatWasAnsweredBeforeItsBodyIsADoubtOnlyUntilOneHasCome() {
        ModeOverrideTrust trust = trust(true);
        trust.doubted();
        assertThat(trust.isSuspect()).isTrue();

        trust.honoured();
        doubt(trust, 2);

        assertThat(trust.isProved()).isTrue();
    }

    @Test
    void fourDoubtsInARowMakeRequestsProveThemselvesAndOneThatComesTakesAQuarterOfOneBack() {
        ModeOverrideTrust trust = trust(true);
        trust.honoured();
        doubt(trust, 3);
        trust.honoured();
        trust.doubted();
        assertThat(trust.isProved()).isTrue();

        trust.doubted();

        assertThat(trust.isSuspect()).isTrue();
    }

    @Test
    void requestsThatWereProvedBeforeTheyWereDoubtedHaveToProveItFourTimes() {
        ModeOverrideTrust trust = trust(true);
        trust.honoured();
        doubt(trust, 4);
        for (int i = 0; i < 3; i++) {
            trust.honoured();
        }
        trust.doubted();
        assertThat(trust.isSuspect()).isTrue();

        trust.honoured();
        doubt(trust, 3);

        assertThat(trust.isProved()).isTrue();
    }

    @Test
    void oneEarlyAnswerInTenAtRandomHardlyEverMakesARequestProveItself() {
        Random random = new Random(7);
        ModeOverrideTrust trust = trust(true);
        trust.honoured();
        for (int i = 0; i < 100_000; i++) {
            if (random.nextInt(10) == 0) {
                trust.doubted();
            } else {
                trust.honoured();
            }
        }

        assertThat(changes).filteredOn(Standing.SUSPECT::equals).hasSizeLessThan(200);
    }

    @Test
    void noNumberOfDoubtsLosesTrust() {
        for (boolean request : List.of(true, false)) {
            changes.clear();
            ModeOverrideTrust trust = trust(request);

            doubt(trust, 100);

            assertThat(trust.isSuspect()).isTrue();
            assertThat(changes).containsExactly(Standing.SUSPECT);
        }
    }

    @Test
    void whatIsKnownToBeIgnoredStaysLostWhateverIsDoubted() {
        ModeOverrideTrust trust = trust(false);
        trust.ignored();

        doubt(trust, 100);

        assertThat(trust.isLost()).isTrue();
    }
}
