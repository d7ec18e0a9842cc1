package io.policyengine.core.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The division of a process's memory: heap, direct memory, native memory of decoders and encoders, and the JVM itself.
 *
 * @param limit the memory of the container, or else of the machine, in bytes
 * @param heap maximum size of the heap ({@code -Xmx})
 * @param writtenDirect maximum size of direct memory ({@code -XX:MaxDirectMemorySize}); 0 if not set, which means the
 *     size of the heap
 */
public record ProcessMemory(long limit, long heap, long writtenDirect) {
    private static final long MIB = 1024 * 1024;

    /**
     * Bytes of memory of the JVM itself: classes, compiled code, stacks, the garbage collector. With a heap of 256 MiB
     * and two processors, native memory tracking shows 89 MiB when the engine is ready.
     */
    static final long JVM = 96 * MIB;

    /**
     * Maximum of the default memory for decoders and encoders outside of the heap, in bytes, however large the machine
     * is.
     */
    private static final long MAX_WINDOWS = 128 * MIB;

    /**
     * Minimum of the default memory for decoders and encoders outside of the heap, in bytes: enough to decompress and
     * recompress one Brotli body.
     */
    private static final long MIN_WINDOWS = 32 * MIB;

    /** The memory of this process. */
    public static final ProcessMemory HERE =
            new ProcessMemory(limitHere(), option("MaxHeapSize"), option("MaxDirectMemorySize"));

    /**
     * Returns the default for the maximum bytes of decoders and encoders: the memory that the other parts leave, at
     * least 32 MiB and at most 128 MiB.
     */
    public long maxWindowBytes() {
        long direct = writtenDirect == 0 ? heap : writtenDirect;
        return Math.clamp(limit - heap - direct - JVM, MIN_WINDOWS, MAX_WINDOWS);
    }

    /**
     * Returns whether this many bytes of decoders and encoders fit in addition to the heap, configured direct memory,
     * and the JVM.
     */
    public boolean hasRoomForWindows(long bytes) {
        return bytes <= room();
    }

    /** Returns whether the heap, configured direct memory, and the JVM fit in the memory of the process. */
    public boolean hasRoomForHeap() {
        return hasRoomForWindows(0);
    }

    /**
     * Returns whether the heap, the JVM, and the defaults for direct memory and for decoders and encoders fit in the
     * memory of the process.
     */
    public boolean hasRoomForDefaults() {
        return room() - (writtenDirect == 0 ? heap : 0) >= MIN_WINDOWS;
    }

    private long room() {
        return limit - heap - writtenDirect - JVM;
    }

    /** Describes the division of the memory, as text for an operator. */
    public String describe() {
        return "the container or machine has " + mib(limit) + " of memory: " + mib(heap) + " for the heap (-Xmx), "
                + (writtenDirect == 0 ? "" : mib(writtenDirect) + " for direct memory (-XX:MaxDirectMemorySize), ")
                + mib(JVM) + " for the JVM itself; the rest is " + Math.max(0, room()) + " bytes";
    }

    private static long limitHere() {
        long total =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return total > 0 ? total : Long.MAX_VALUE / 2;
    }

    private static long option(String name) {
        return Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption(name)
                .getValue());
    }

    private static String mib(long bytes) {
        return Math.ceilDiv(bytes, MIB) + " MiB";
    }
}
