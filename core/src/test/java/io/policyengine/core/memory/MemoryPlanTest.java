package io.policyengine.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds that follow from a heap. */
class MemoryPlanTest {
    private static final long MIB = 1024 * 1024;
    private static final long ENGINE = 27 * MIB;

    private static MemoryPlan ofMib(long heap) {
        return new MemoryPlan(heap * MIB, 3);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
              64,   473,   3,     4_200
             128,  1292,  10,    22_000
             256,  2931,  23,    59_000
             512,  6208,  50,   133_000
            1024, 10000, 112,   300_000
            4096, 10000, 256, 1_280_000
            """)
    void followFromIt(long heap, int exchanges, long mibOfMessages, long values) {
        MemoryPlan plan = ofMib(heap);

        assertThat(plan.maxExchanges()).isEqualTo(exchanges);
        assertThat(plan.maxBufferedBytes(0, exchanges) / MIB).isEqualTo(mibOfMessages);
        assertThat((long) plan.maxValues()).isBetween(values, values * 11 / 10);
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 96, 128, 192, 256, 512, 1024, 2048, 8192})
    void doNotTogetherExceedIt(long heap) {
        MemoryPlan plan = ofMib(heap);
        int exchanges = plan.maxExchanges();

        for (long values : new long[] {0, 100, plan.maxValues() / 2, plan.maxValues()}) {
            long sum = ENGINE
                    + values * MemoryPlan.A_VALUE
                    + (long) exchanges * MemoryPlan.AN_EXCHANGE
                    + plan.maxBufferedBytes(values, exchanges) * MemoryPlan.A_BYTE_OF_MESSAGES;
            assertThat(sum).as("with %d values", values).isLessThanOrEqualTo(heap * MIB);
        }
    }

    /** Of a value half is live at most, while it is edited, and of a byte of messages a third. */
    @ParameterizedTest
    @ValueSource(longs = {64, 96, 128, 192, 256, 512, 1024, 2048, 8192})
    void leaveRoomForTheWorkBesideTheEventLoopsAndWhatPoliciesKeep(long heap) {
        MemoryPlan plan = ofMib(heap);
        int exchanges = plan.maxExchanges();

        for (long values : new long[] {0, 100, plan.maxValues() / 2, plan.maxValues()}) {
            long live = ENGINE
                    + values * MemoryPlan.A_VALUE / 2
                    + (long) exchanges * MemoryPlan.AN_EXCHANGE
                    + plan.maxBufferedBytes(values, exchanges) * MemoryPlan.A_BYTE_OF_MESSAGES / 3
                    + plan.maxWorkBytes()
                    + plan.maxStateBytes()
                    + plan.maxLocalStoreBytes();
            assertThat(live).as("with %d values", values).isLessThanOrEqualTo(heap * MIB);
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 1_500", "128, 4_500", "256, 10_500", "512, 23_000", "1024, 47_000"})
    void streamsWithoutAPlaceTakeHalfOfWhatMessagesHave(long heap, int streams) {
        MemoryPlan plan = ofMib(heap);
        int exchanges = plan.maxExchanges();
        int most = plan.maxStreams(0, exchanges);

        assertThat(most).isBetween(streams, streams * 11 / 10);
        assertThat((most - exchanges) * 2L * MemoryPlan.A_STREAM)
                .isLessThanOrEqualTo(plan.maxBufferedBytes(0, exchanges) * MemoryPlan.A_BYTE_OF_MESSAGES + MIB);
        assertThat(plan.maxStreams(plan.maxValues(), exchanges)).isBetween(exchanges, most);
    }

    @Test
    void aLargerConfigurationLeavesLessForMessages() {
        MemoryPlan plan = ofMib(512);

        assertThat(plan.maxBufferedBytes(200_000, 6553)).isLessThan(plan.maxBufferedBytes(100_000, 6553));
    }

    @Test
    void whatFollowsFitsAndAByteMoreDoesNot() {
        MemoryPlan plan = ofMib(512);
        long bytes = plan.maxBufferedBytes(0, 10_000);

        assertThat(plan.hasRoomForMessages(bytes, 0, 10_000)).isTrue();
        assertThat(plan.hasRoomForMessages(bytes + 1, 0, 10_000)).isFalse();
        assertThat(plan.hasRoomForExchanges(10_000, 0)).isTrue();
        assertThat(plan.hasRoomForExchanges(40_000, 0)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"268435456, 0, 10000", "12582912, 300000, 1000", "0, 0, 500000"})
    void theHeapThatIsAdvisedHasRoom(long bytes, long values, int exchanges) {
        String advised = ofMib(64).heapFor(bytes, values, exchanges);

        // The collector keeps some of it for itself.
        MemoryPlan plan = new MemoryPlan(Long.parseLong(advised.replace("m", "")) * MIB * 92 / 100, 3);
        assertThat(plan.hasRoomForMessages(bytes, values, exchanges)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"4194304, 0", "60000000, 0", "268435456, 0", "12582912, 300000"})
    void theHeapThatIsAdvisedHasRoomBesideAsManyExchangesAsFollowFromIt(long bytes, long values) {
        String advised = ofMib(64).heapFor(bytes, values, null);

        MemoryPlan plan = MemoryPlan.ofHeap(Long.parseLong(advised.replace("m", "")) * MIB);
        assertThat(plan.maxBufferedBytes(values, plan.maxExchanges())).isGreaterThanOrEqualTo(bytes);
    }
}
