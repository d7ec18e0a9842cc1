package io.policyengine.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.memory.ProcessMemory;
import org.junit.jupiter.api.Test;

/** Heaps that their container has room for, and others. */
class MemoryCheckTest {
    private static ProcessMemory ofMib(long limit, long heap, long direct) {
        return new ProcessMemory(limit << 20, heap << 20, direct << 20);
    }

    @Test
    void aHeapThatTheContainerHasNoRoomForIsRefusedWithTheArithmetic() {
        assertThatCode(() -> MemoryCheck.refuse(ofMib(512, 416, 0))).doesNotThrowAnyException();
        assertThatThrownBy(() -> MemoryCheck.refuse(ofMib(512, 512, 0)))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(CommandFailure.USAGE))
                .hasMessageContainingAll(
                        "the heap does not fit: the container or machine has 512 MiB",
                        "512 MiB for the heap",
                        "96 MiB",
                        "POLICY_ENGINE_HEAP");
        assertThatThrownBy(() -> MemoryCheck.refuse(ofMib(512, 256, 256)))
                .hasMessageContaining("256 MiB for direct memory");
    }

    @Test
    void defaultsWithoutRoomAreNotRefused() {
        assertThat(ofMib(512, 256, 0).hasRoomForHeap()).isTrue();
        assertThat(ofMib(512, 256, 0).hasRoomForDefaults()).isFalse();
        assertThat(ofMib(512, 256, 128).hasRoomForDefaults()).isTrue();
        assertThat(ofMib(16384, 512, 0).hasRoomForDefaults()).isTrue();
    }
}
