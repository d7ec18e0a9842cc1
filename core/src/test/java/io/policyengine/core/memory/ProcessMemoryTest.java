package io.policyengine.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory of a process outside of its heap. */
class ProcessMemoryTest {
    private static final long MIB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource({
        "512, 256, 0, 32",
        "1024, 256, 0, 128",
        "768, 256, 128, 128",
        "512, 256, 128, 32",
        "700, 256, 256, 92",
        "16384, 512, 0, 128"
    })
    void windowsThatAreNotWrittenHaveWhatTheRestLeaves(long limit, long heap, long direct, long windows) {
        assertThat(new ProcessMemory(limit * MIB, heap * MIB, direct * MIB).maxWindowBytes())
                .isEqualTo(windows * MIB);
    }

    @Test
    void whatIsLeftFitsAndAByteMoreDoesNot() {
        ProcessMemory process = new ProcessMemory(512 * MIB, 256 * MIB, 128 * MIB);
        long left = 512 * MIB - 256 * MIB - 128 * MIB - ProcessMemory.JVM;

        assertThat(process.hasRoomForWindows(left)).isTrue();
        assertThat(process.hasRoomForWindows(left + 1)).isFalse();
        assertThat(process.describe())
                .contains("has 512 MiB", "256 MiB for the heap", "128 MiB for direct memory", left + " bytes");
    }

    @Test
    void thisProcessHasTheHeapThatTheJvmWasGiven() {
        long usable = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax();

        assertThat(ProcessMemory.HERE.heap()).isBetween(usable, usable * 3 / 2);
        assertThat(ProcessMemory.HERE.limit()).isGreaterThan(ProcessMemory.HERE.heap());
    }
}
