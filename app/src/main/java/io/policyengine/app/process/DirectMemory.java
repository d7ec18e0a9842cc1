package io.policyengine.app.process;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.internal.PlatformDependent;
import io.policyengine.core.metrics.EngineMetric;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** The direct memory of the process, as counted by Netty. The JVM's own count lacks the memory that Netty allocates. */
public final class DirectMemory {
    private DirectMemory() {}

    public static void bindTo(MeterRegistry registry) {
        EngineMetric.DIRECT_MEMORY.gauge(registry, DirectMemory::used);
        EngineMetric.MAX_DIRECT_MEMORY.gauge(registry, PlatformDependent::maxDirectMemory);
    }

    private static long used() {
        long byNetty = PlatformDependent.usedDirectMemory();
        return byNetty >= 0 ? byNetty : byJvm();
    }

    private static long byJvm() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
