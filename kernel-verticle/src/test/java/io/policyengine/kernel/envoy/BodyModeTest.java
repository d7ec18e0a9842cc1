package io.policyengine.kernel.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What follows from Envoy's body modes: {@code processing_mode.proto: BodySendMode}, {@code external_processor.proto}. */
class BodyModeTest {
    @Test
    void onlyNoneSendsNoBody() {
        assertThat(those(mode -> !mode.sendsBody())).containsExactly(BodyMode.NONE);
    }

    @Test
    void chunksGoOnBeforeTheRestHasCome() {
        assertThat(those(BodyMode::isInChunks)).containsExactly(BodyMode.STREAMED, BodyMode.FULL_DUPLEX_STREAMED);
    }

    @Test
    void onlyBufferedHoldsAllOfTheBodyInOneMessage() {
        assertThat(those(BodyMode::isWhole)).containsExactly(BodyMode.BUFFERED);
        assertThat(those(BodyMode::mayCutOff)).containsExactly(BodyMode.BUFFERED_PARTIAL);
    }

    @Test
    void fullDuplexIsAnsweredAsItComesWaitsForeverAndIsNeverOverridden() {
        Set<BodyMode> duplex = EnumSet.of(BodyMode.FULL_DUPLEX_STREAMED);

        assertThat(those(mode -> !mode.isAnsweredOneByOne())).isEqualTo(duplex);
        assertThat(those(mode -> !mode.hasMessageTimeout())).isEqualTo(duplex);
        assertThat(those(mode -> !mode.canBeOverridden())).isEqualTo(duplex);
        assertThat(those(BodyMode::alwaysSendsTrailers)).isEqualTo(duplex);
    }

    private static Set<BodyMode> those(Predicate<BodyMode> property) {
        Set<BodyMode> modes = EnumSet.allOf(BodyMode.class);
        modes.removeIf(property.negate());
        return modes;
    }
}
