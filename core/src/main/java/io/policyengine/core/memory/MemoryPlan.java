package io.policyengine.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * The division of a heap among the parts of a process: the engine itself, configuration, policy state, exchanges, work
 * off the event loops, and messages. All defaults and bounds are derived from the size of the heap. {@code
 * MemoryPlanTest}, {@code SmallHeapTest} and {@code FullHeapTest} verify the factors.
 *
 * @param heap maximum usable size of the heap, in bytes
 * @param loops number of event loops
 */
public record MemoryPlan(long heap, int loops) {
    /** The plan of this process. */
    public static final MemoryPlan HERE = new MemoryPlan(
            Runtime.getRuntime().maxMemory(), Runtime.getRuntime().availableProcessors() + 1);

    /**
     * Returns the plan of a process with a heap of this size and the processors of this machine.
     *
     * @param size bytes, as in {@code -Xmx}
     */
    public static MemoryPlan ofHeap(long size) {
        return new MemoryPlan((long) (size * USABLE), HERE.loops);
    }

    /**
     * Bytes of heap reserved per value of the configuration. At most half of them are live during an edit: the old and
     * the new value, data that policies derive from them, and the trees of the edit. The garbage collector needs the
     * other half.
     */
    static final int A_VALUE = 2000;

    /**
     * Bytes of heap of an open exchange that no other part of the plan includes, including header fields that are not
     * counted yet.
     */
    static final int AN_EXCHANGE = 16 * 1024;

    /**
     * Bytes of heap of an open stream that is not counted as an exchange. Its first message has not arrived, or its
     * last answer has been sent.
     */
    static final int A_STREAM = 9 * 1024;

    /**
     * Bytes of heap reserved per byte of messages: for the chunk, its parsed form, the output, the answer, and the
     * garbage collector.
     */
    static final int A_BYTE_OF_MESSAGES = 6;

    private static final long MIB = 1024 * 1024;
    /** Live bytes of an engine with a small configuration, not including its event loops. */
    private static final long ENGINE = 24 * MIB;

    /** Maximum of the default for the number of concurrent exchanges, however large the heap is. */
    static final int MAX_EXCHANGES = 10_000;

    static final int MIN_EXCHANGES = 100;

    /**
     * Fraction of the heap, without the engine's own part, that exchanges may use if their maximum number is not
     * configured.
     */
    static final double OF_EXCHANGES = 0.2;

    /**
     * Divisor of the memory for messages: the quotient is the part that open streams without an exchange may use. Such
     * streams hold no messages.
     */
    private static final int OF_STREAMS = 2;

    /** Upper limit of the default for the maximum bytes of all messages together, however large the heap is. */
    public static final long MAX_BYTES_OF_MESSAGES = 256 * MIB;
    /**
     * Minimum bytes of messages for which the heap must have space beside the configuration: two messages of Envoy's
     * usual size.
     */
    private static final long MIN_BYTES_OF_MESSAGES = 2 * MIB;

    /**
     * Divisor of the heap without the engine's own part: the quotient is the part that running work off the event loops
     * may use.
     */
    private static final int WORK = 4;

    /** Divisor of the heap: the quotient is the part for the state of policies. */
    private static final int STATES = 10;

    /**
     * Divisor of the heap: the quotient is the part for bodies that wait for shadow entries or are processed by them.
     * This memory is taken from the part that is otherwise free for the garbage collector.
     */
    private static final int SHADOWS = 32;

    /** Divisor of the heap: the quotient is the part for stores in memory. */
    private static final int LOCAL_STORES = 16;

    /** Maximum number of values of a configuration, however large the heap is. */
    private static final int MAX_VALUES = 2_000_000;

    private static final int MIN_VALUES = 4_000;
    /**
     * Number of characters of a text that use as much memory as one value, since the old and the new text are both in
     * memory.
     */
    private static final int CHARACTERS_A_VALUE = A_VALUE / 2;

    /** Usable fraction of {@code -Xmx}: a part of the young generation always stays empty. */
    private static final double USABLE = 0.92;

    /** Maximum number of values of a configuration. */
    public int maxValues() {
        long room = Math.min(
                heap * 6 / 10,
                beside() - maxWorkBytes() - exchanges(maxExchanges()) - MIN_BYTES_OF_MESSAGES * A_BYTE_OF_MESSAGES);
        return Math.toIntExact(Math.clamp(room / A_VALUE, MIN_VALUES, MAX_VALUES));
    }

    /** Returns the number of values that use as much memory as a text. */
    public static long valuesOf(String text) {
        return text.length() / CHARACTERS_A_VALUE;
    }

    /** Returns the default for the maximum number of exchanges. */
    public int maxExchanges() {
        return Math.toIntExact(
                Math.clamp((long) (beside() * OF_EXCHANGES) / AN_EXCHANGE, MIN_EXCHANGES, MAX_EXCHANGES));
    }

    /**
     * Returns the maximum number of open streams.
     *
     * @param values number of values in the active configuration
     * @param exchanges maximum number of exchanges
     */
    public int maxStreams(long values, int exchanges) {
        long beyond = roomForMessages(values, exchanges) * A_BYTE_OF_MESSAGES / OF_STREAMS / A_STREAM;
        return (int) Math.min(Integer.MAX_VALUE, exchanges + beyond);
    }

    /**
     * Returns the default for the maximum bytes of all messages together.
     *
     * @param values number of values in the active configuration
     * @param exchanges maximum number of exchanges
     */
    public long maxBufferedBytes(long values, int exchanges) {
        return Math.clamp(roomForMessages(values, exchanges), MIN_BYTES_OF_MESSAGES / 2, MAX_BYTES_OF_MESSAGES);
    }

    /** Maximum memory of all running work off the event loops, in bytes. */
    public long maxWorkBytes() {
        return beside() / WORK;
    }

    /** Maximum bytes of state that policies keep across exchanges, such as caches. */
    public long maxStateBytes() {
        return heap / STATES;
    }

    /** Maximum bytes of the values that policies keep in the store {@code local}. */
    public long maxLocalStoreBytes() {
        return heap / LOCAL_STORES;
    }

    /** Maximum bytes of bodies that wait for shadow entries or are processed by them, per event loop. */
    public long maxShadowBytes() {
        return heap / SHADOWS / loops;
    }

    /** Returns whether the heap has room for this many bytes of messages, in addition to its other parts. */
    public boolean hasRoomForMessages(long bytes, long values, int exchanges) {
        return bytes <= roomForMessages(values, exchanges);
    }

    /** Returns whether the heap has room for this many exchanges and one message, in addition to its other parts. */
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

    /** Returns the bytes of the heap without the engine's own part. */
    private long beside() {
        return Math.max(0, heap - engine());
    }

    private static long configuration(long values) {
        return values * A_VALUE;
    }

    private static long exchanges(int exchanges) {
        return (long) exchanges * AN_EXCHANGE;
    }

    /** Describes the division of the heap, as text for an operator. */
    public String describe(long values, int exchanges) {
        return "the heap of at most " + mib(heap) + " is divided into " + mib(engine()) + " for the engine, "
                + mib(configuration(values)) + " for the configuration (" + values + " values), "
                + mib(kept()) + " for the state of policies, "
                + mib(exchanges(exchanges)) + " for " + exchanges + " exchanges, and the rest for messages: "
                + roomForMessages(values, exchanges) + " bytes, each of which needs "
                + A_BYTE_OF_MESSAGES + " bytes of the heap";
    }

    /**
     * Returns a sufficient heap size for these numbers of message bytes, configuration values and exchanges, as a value
     * of {@code POLICY_ENGINE_HEAP}.
     *
     * @param exchanges null for the default number, which depends on the heap itself
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

    /** Returns the required size of the heap if exchanges use the fraction {@code taken} of it. */
    private static double heapFor(double beside, long values, double taken) {
        return (beside + values * (double) A_VALUE) / (1 - 1.0 / STATES - 1.0 / LOCAL_STORES - taken) / USABLE;
    }

    private static String mib(long bytes) {
        return Math.ceilDiv(bytes, MIB) + " MiB";
    }
}
