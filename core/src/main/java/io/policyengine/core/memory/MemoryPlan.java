package io.policyengine.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * The division of a heap among the parts of a process: the engine itself, the configuration, the states of policies,
 * the exchanges, work off the event loops, and messages held by exchanges. The bounds of all six follow from the heap.
 * {@code MemoryPlanTest}, {@code SmallHeapTest} and {@code FullHeapTest} verify the factors.
 *
 * @param heap maximal size of the heap, in bytes
 * @param loops event loops
 */
public record MemoryPlan(long heap, int loops) {
    /** The plan of this process. */
    public static final MemoryPlan HERE = new MemoryPlan(
            Runtime.getRuntime().maxMemory(), Runtime.getRuntime().availableProcessors() + 1);

    /**
     * The plan of a process with another heap, on as many processors.
     *
     * @param size bytes, as of {@code -Xmx}
     */
    public static MemoryPlan ofHeap(long size) {
        return new MemoryPlan((long) (size * USABLE), HERE.loops);
    }

    /**
     * Bytes per value of the configuration. At most half of it is live during an edit: the old and the new value, what
     * policies derive from them, and the trees of the edit. The rest is for the collector.
     */
    static final int A_VALUE = 2000;

    /** Bytes of an open exchange that nothing else counts, with header fields that are not counted yet. */
    static final int AN_EXCHANGE = 16 * 1024;

    /** Bytes of an open stream that has no place: nothing has come on it, or it is answered. */
    static final int A_STREAM = 9 * 1024;

    /** Bytes of the heap for each byte of messages: a chunk, what was read of it, what comes out, the answer, and room to collect. */
    static final int A_BYTE_OF_MESSAGES = 6;

    private static final long MIB = 1024 * 1024;
    /** Live bytes of an engine with a small configuration, without its event loops. */
    private static final long ENGINE = 24 * MIB;

    private static final int MAX_EXCHANGES = 10_000;
    private static final int MIN_EXCHANGES = 100;
    /** The part of what the engine leaves of the heap that exchanges may take where their number is not configured. */
    private static final double OF_EXCHANGES = 0.2;

    /** The part of the memory for messages, as a divisor, that streams without a place may take: those have no message. */
    private static final int OF_STREAMS = 2;

    /** Default limit of bytes of messages. */
    public static final long MAX_BYTES_OF_MESSAGES = 256 * MIB;
    /** Room for one message of Envoy's usual size. */
    private static final long MIN_BYTES_OF_MESSAGES = 2 * MIB;

    /** The part of the heap after the engine's, as a divisor, for running work off the event loops. */
    private static final int WORK = 4;

    /** The part of the heap, as a divisor, that states of policies may take. */
    private static final int STATES = 10;

    /**
     * The part of the heap, as a divisor, for bodies still read by shadow entries: taken from that of the collector.
     */
    private static final int SHADOWS = 32;

    /** The part of the heap, as a divisor, that stores in memory may take. */
    private static final int LOCAL_STORES = 16;

    private static final int MAX_VALUES = 2_000_000;
    private static final int MIN_VALUES = 4_000;
    /** Characters of a text that take as much as a value: the old and the new text are held. */
    private static final int CHARACTERS_A_VALUE = A_VALUE / 2;

    /** The part of {@code -Xmx} that the heap can have: the rest of the young generation is always empty. */
    private static final double USABLE = 0.92;

    /** Maximum number of values of a configuration. */
    public int maxValues() {
        long room = Math.min(
                heap * 6 / 10,
                beside() - maxWorkBytes() - exchanges(maxExchanges()) - MIN_BYTES_OF_MESSAGES * A_BYTE_OF_MESSAGES);
        return Math.toIntExact(Math.clamp(room / A_VALUE, MIN_VALUES, MAX_VALUES));
    }

    /** The number of values that as much memory has room for as a text takes. */
    public static long valuesOf(String text) {
        return text.length() / CHARACTERS_A_VALUE;
    }

    /** Maximum number of exchanges where none is configured. */
    public int maxExchanges() {
        return Math.toIntExact(
                Math.clamp((long) (beside() * OF_EXCHANGES) / AN_EXCHANGE, MIN_EXCHANGES, MAX_EXCHANGES));
    }

    /**
     * Maximum number of open streams.
     *
     * @param values of the configuration in force
     * @param exchanges that there may be
     */
    public int maxStreams(long values, int exchanges) {
        long beyond = roomForMessages(values, exchanges) * A_BYTE_OF_MESSAGES / OF_STREAMS / A_STREAM;
        return (int) Math.min(Integer.MAX_VALUE, exchanges + beyond);
    }

    /**
     * Maximum number of bytes of messages where none is configured.
     *
     * @param values of the configuration in force
     * @param exchanges that there may be
     */
    public long maxBufferedBytes(long values, int exchanges) {
        return Math.clamp(roomForMessages(values, exchanges), MIN_BYTES_OF_MESSAGES / 2, MAX_BYTES_OF_MESSAGES);
    }

    /** The memory limit of running work off the event loops, in bytes. */
    public long maxWorkBytes() {
        return beside() / WORK;
    }

    /** Maximum number of bytes of what policies keep beyond an exchange, such as caches. */
    public long maxStateBytes() {
        return heap / STATES;
    }

    /** Maximum number of bytes of what policies keep in the store {@code local}. */
    public long maxLocalStoreBytes() {
        return heap / LOCAL_STORES;
    }

    /** Maximum number of bytes of bodies that entries in the shadow still look at, on one event loop. */
    public long maxShadowBytes() {
        return heap / SHADOWS / loops;
    }

    /** True if the heap has room for so many bytes of messages in addition to the rest. */
    public boolean hasRoomForMessages(long bytes, long values, int exchanges) {
        return bytes <= roomForMessages(values, exchanges);
    }

    /** True if the heap has room for so many exchanges, and a message in addition to the rest. */
    public boolean hasRoomForExchanges(int exchanges, long values) {
        return hasRoomForMessages(MIN_BYTES_OF_MESSAGES / 2, values, exchanges);
    }

    private long roomForMessages(long values, int exchanges) {
        long beside = engine() + configuration(values) + kept() + exchanges(exchanges);
        return Math.max(0, (heap - beside) / A_BYTE_OF_MESSAGES);
    }

    private long kept() {
        return maxStateBytes() + maxLocalStoreBytes();
    }

    private long engine() {
        return ENGINE + loops * MIB;
    }

    /** The bytes that the engine leaves. */
    private long beside() {
        return Math.max(0, heap - engine());
    }

    private static long configuration(long values) {
        return values * A_VALUE;
    }

    private static long exchanges(int exchanges) {
        return (long) exchanges * AN_EXCHANGE;
    }

    /** Describes the division for users. */
    public String describe(long values, int exchanges) {
        return "of " + mib(heap) + " that the heap can have, " + mib(engine()) + " are for the engine, "
                + mib(configuration(values)) + " for the configuration (" + values + " values), "
                + mib(kept()) + " for what policies keep, "
                + mib(exchanges(exchanges)) + " for " + exchanges + " exchanges; messages may have a "
                + A_BYTE_OF_MESSAGES + "th of the rest: " + roomForMessages(values, exchanges) + " bytes";
    }

    /**
     * A heap that has room for these, as a value of {@code POLICY_ENGINE_HEAP}.
     *
     * @param exchanges null for as many as follow from that heap
     */
    public String heapFor(long bytes, long values, @Nullable Integer exchanges) {
        double messages = engine() + (double) bytes * A_BYTE_OF_MESSAGES;
        double needed = exchanges == null
                ? Math.min(
                        heapFor(messages, values, OF_EXCHANGES),
                        heapFor(messages + exchanges(MAX_EXCHANGES), values, 0))
                : heapFor(messages + exchanges(exchanges), values, 0);
        return (long) Math.ceil(needed / (64 * MIB)) * 64 + "m";
    }

    /** Bytes of a heap of which a share is taken by exchanges. */
    private static double heapFor(double beside, long values, double taken) {
        return (beside + values * (double) A_VALUE) / (1 - 1.0 / STATES - 1.0 / LOCAL_STORES - taken) / USABLE;
    }

    private static String mib(long bytes) {
        return Math.ceilDiv(bytes, MIB) + " MiB";
    }
}
