package io.policyengine.core.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The memory of a process against its limit: heap, direct memory, native memory of coders, and the JVM.
 *
 * @param limit of the container or else the machine, in bytes, shared by all its processes
 * @param heap maximum size of the heap ({@code -Xmx})
 * @param writtenDirect maximum size of direct memory ({@code -XX:MaxDirectMemorySize}); 0 if not set, which means the
 *     heap's
 */
public record ProcessMemory(long limit, long heap, long writtenDirect) {
    private static final long MIB = 1024 * 1024;

    /**
     * Bytes of the JVM itself: classes, compiled code, stacks, the collector. With a heap of 256 MiB and two processors, native
     * memory tracking shows 89 MiB when the engine is ready.
     */
    static final long JVM = 96 * MIB;

    /** Maximum of the default memory for decoders and encoders outside of the heap, in bytes. */
    private static final long MAX_WINDOWS = 128 * MIB;

    /** Memory to decompress and recompress one Brotli body. */
    private static final long MIN_WINDOWS = 32 * MIB;

    /** The memory of this process. */
    public static final ProcessMemory HERE =
            new ProcessMemory(limitHere(), option("MaxHeapSize"), option("MaxDirectMemorySize"));

    /** Returns the default limit of coders in bytes: what the rest leaves, between 32 and 128 MiB. */
    public long maxWindowBytes() {
        long direct = writtenDirect == 0 ? heap : writtenDirect;
        return Math.clamp(limit - heap - direct - JVM, MIN_WINDOWS, MAX_WINDOWS);
    }

    /** True if this many bytes of coders fit beside the heap, configured direct memory, and the JVM. */
    public boolean hasRoomForWindows(long bytes) {
        return bytes <= room();
    }

    /** True if there is room for the heap, configured direct memory, and the JVM. */
    public boolean hasRoomForHeap() {
        return hasRoomForWindows(0);
    }

    /** True if there is also room for the defaults of direct memory and coders. */
    public boolean hasRoomForDefaults() {
        return room() - (writtenDirect == 0 ? heap : 0) >= MIN_WINDOWS;
    }

    private long room() {
        return limit - heap - writtenDirect - JVM;
    }

    /** Describes the division for users. */
    public String describe() {
        return "of " + mib(limit) + " that the container or machine has, " + mib(heap) + " are for the heap (-Xmx), "
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
