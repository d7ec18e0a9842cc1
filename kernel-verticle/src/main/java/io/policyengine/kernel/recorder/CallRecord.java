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

    /** Tells its attempts from those of others. */
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

    /** Notes what the call is known by to those who carry it. */
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
     * Its results have been taken up. Told only where the exchange belongs to a trace.
     *
     * @param nanos that this took
     * @param overridden header fields that entries of it took over from entries before them
     */
    public void folded(long nanos, int overridden) {
        foldNanos = nanos;
        conflicts = overridden;
    }

    /** It failed as a whole. */
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

    /** The entry with this index in the prepared chain, where it is recorded; else one that nobody sees. */
    public EntryRecord entry(int index) {
        int at = index - firstIndex;
        return at >= 0 && at < entries ? exchange.entry(firstEntry + at) : exchange.unseenEntry();
    }

    /** The part of the chains that it ran. */
    public ChainPart part() {
        return part;
    }

    /** Its number among the calls of the exchange, from 0 on. */
    public int number() {
        return number;
    }

    /** Its place among the segments of the flow. */
    public int group() {
        return group;
    }

    /** The processing mode that its flow came to, as the configuration writes it. */
    public String mode() {
        return mode;
    }

    /** The time that it took to take up what it brought, in nanoseconds; 0 if that is not told. */
    public long foldNanos() {
        return foldNanos;
    }

    /** Header fields that its entries took over from entries before them; 0 if that is not told. */
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

    /** True if the replica that was called last makes spans itself of the calls that tell it their trace. */
    public boolean makesSpans() {
        return makesSpans;
    }

    /** True if nothing of it is enforced. */
    public boolean isShadow() {
        return shadow;
    }

    /** When it began. */
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

    /** The reason why it failed as a whole, for people, or null. */
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
