package io.policyengine.kernel.recorder;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.metrics.CallStatus;
import org.jspecify.annotations.Nullable;

/**
 * A call of a worker in one exchange, with the chunks of a body that followed it. Reused. Times are nanoseconds after the exchange arrived.
 */
public final class CallRecord {
    private final ExchangeRecord exchange;
    private ChainPart part = ChainPart.REQUEST;
    private String worker = "";
    private @Nullable String replica;
    private int attempts;
    private boolean makesSpans;
    private boolean shadow;
    private long began;
    private long took;
    private @Nullable CallStatus status;
    private @Nullable ErrorCode code;
    private @Nullable String message;
    private @Nullable OnFailure action;
    private int firstEntry;
    private int firstIndex;
    private int entries;
    private int chunks;
    private long chunkNanos;
    private boolean bodyChanged;
    private int number;
    private int group;
    private String mode = "";
    private long foldNanos;
    private int conflicts;

    /** The identity of the call, which distinguishes its attempts from others'. */
    private @Nullable Object identity;

    CallRecord(ExchangeRecord exchange) {
        this.exchange = exchange;
    }

    void begin(ChainPart of, String ofWorker, boolean inShadow, long now, int ofExchange) {
        part = of;
        worker = ofWorker;
        replica = null;
        attempts = 0;
        makesSpans = false;
        shadow = inShadow;
        began = now;
        took = -1;
        status = null;
        code = null;
        message = null;
        action = null;
        firstEntry = 0;
        firstIndex = 0;
        entries = 0;
        chunks = 0;
        chunkNanos = 0;
        bodyChanged = false;
        number = ofExchange;
        group = 0;
        mode = "";
        foldNanos = 0;
        conflicts = 0;
    }

    void forget() {
        identity = null;
        replica = null;
        message = null;
        worker = "";
    }

    /** Records the identity of the call. */
    public void identify(Object call) {
        identity = call;
    }

    @SuppressWarnings("ReferenceEquality")
    boolean isKnownBy(Object call) {
        return identity == call;
    }

    void attempt(WorkerConnector of) {
        replica = of.address();
        makesSpans = of.makesSpans();
        attempts++;
    }

    /**
     * The call is over.
     *
     * @param nanos that it took
     */
    public void ended(CallStatus how, long nanos) {
        status = how;
        took = nanos;
        identity = null;
    }

    /**
     * The place of the call in its plan.
     *
     * @param ofSegment its place among the segments of the flow
     * @param processing the flow's way with bodies, a constant
     */
    public void planned(int ofSegment, String processing) {
        group = ofSegment;
        mode = processing;
    }

    /**
     * Records that its results were applied, if the exchange belongs to a trace.
     *
     * @param nanos the duration
     * @param overridden header fields of earlier entries that its entries changed
     */
    public void folded(long nanos, int overridden) {
        foldNanos = nanos;
        conflicts = overridden;
    }

    /** Records the failure of the call as a whole. */
    public void failed(ErrorCode why, String text, OnFailure follows) {
        code = why;
        message = text;
        action = follows;
    }

    /** Entries that were to run in it, in order, begin at this place among those of the exchange. */
    void place(int place, int index) {
        if (entries++ == 0) {
            firstEntry = place;
            firstIndex = index;
        }
    }

    /**
     * A chunk of the body came back.
     *
     * @param nanos that it took
     * @param changed whether other bytes go on
     */
    public void chunk(long nanos, boolean changed) {
        chunks++;
        chunkNanos += nanos;
        bodyChanged |= changed;
    }

    /** Entries that had their turn in it. */
    public int entries() {
        return entries;
    }

    /** Returns the entry with this index in the prepared chain, or an unrecorded one. */
    public EntryRecord entry(int index) {
        int at = index - firstIndex;
        return at >= 0 && at < entries ? exchange.entry(firstEntry + at) : exchange.unseenEntry();
    }

    /** The part of the chains that it ran. */
    public ChainPart part() {
        return part;
    }

    /** The number of the call in the exchange, from 0. */
    public int number() {
        return number;
    }

    /** The index of its segment in the flow. */
    public int group() {
        return group;
    }

    /** The processing mode that its flow came to, as the configuration writes it. */
    public String mode() {
        return mode;
    }

    /** The time for applying its results, in nanoseconds; 0 if unknown. */
    public long foldNanos() {
        return foldNanos;
    }

    /** The number of earlier entries' header fields that its entries changed; 0 if unknown. */
    public int conflicts() {
        return conflicts;
    }

    /** The name of the worker. */
    public String worker() {
        return worker;
    }

    /** The address of the replica that was called last; null if none could be called. */
    public @Nullable String replica() {
        return replica;
    }

    /** The replicas that were called, one after another. */
    public int attempts() {
        return attempts;
    }

    /** True if the last called replica creates spans of its own for calls with a trace. */
    public boolean makesSpans() {
        return makesSpans;
    }

    /** True if nothing of it is enforced. */
    public boolean isShadow() {
        return shadow;
    }

    /** The time of its begin. */
    public long began() {
        return began;
    }

    /** The time that it took; -1 if the exchange ended before it did. */
    public long took() {
        return took;
    }

    /** The end of it; null if the exchange ended before it did. */
    public @Nullable CallStatus status() {
        return status;
    }

    /** The error that it failed with as a whole, or null. */
    public @Nullable ErrorCode code() {
        return code;
    }

    /** The reason of its failure as a whole, for users, or null. */
    public @Nullable String message() {
        return message;
    }

    /** The reaction to that, or null. */
    public @Nullable OnFailure action() {
        return action;
    }

    /** Chunks of the body that it was given. */
    public int chunks() {
        return chunks;
    }

    /** The time that these took together, in nanoseconds. */
    public long chunkNanos() {
        return chunkNanos;
    }

    /** True if other bytes of the body went on than had come. */
    public boolean isBodyChanged() {
        return bodyChanged;
    }
}
