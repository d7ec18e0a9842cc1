package io.policyengine.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class DirectMemoryTest {
    private static final int SIZE = 32 * 1024 * 1024;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void aDirectBufferIsSeen() {
        DirectMemory.bindTo(registry);
        double before = value("policy_engine_direct_memory_bytes");
        ByteBuf buffer = UnpooledByteBufAllocator.DEFAULT.directBuffer(SIZE);

        double with = value("policy_engine_direct_memory_bytes");

        buffer.release();
        assertThat(with - before).as("of this one, and of others beside it").isGreaterThan(SIZE * 0.5);
        assertThat(value("policy_engine_max_direct_memory_bytes")).isGreaterThanOrEqualTo(with);
    }

    private double value(String gauge) {
        return registry.get(gauge).gauge().value();
    }
}
