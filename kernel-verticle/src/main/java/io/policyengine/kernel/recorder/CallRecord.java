package io.policyengine.kernel.recorder;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.metrics.CallStatus;
import org.jspecify.annotations.Nullable;

/**
 * The record of a worker call in one exchange, with the body chunks that followed. The object is reused for other
 * exchanges. Times are nanoseconds after the arrival of the exchange.
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

    /** The object that identifies the call when attempts to reach a replica are recorded. */
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
     * Records the end of the call.
     *
     * @param nanos the duration
     */
    public void ended(CallStatus how, long nanos) {
        status = how;
        took = nanos;
        identity = null;
    }

    /**
     * Records the call's position in its plan.
     *
     * @param ofSegment index of the call's segment in the flow
     * @param processing the flow's processing mode, a constant
     */
    public void planned(int ofSegment, String processing) {
        group = ofSegment;
        mode = processing;
    }

    /**
     * Records that the call's results were applied; called only for an exchange with a trace.
     *
     * @param nanos the duration
     * @param overridden number of header fields that entries of this call changed although earlier entries had set them
     */
    public void folded(long nanos, int overridden) {
        foldNanos = nanos;
        conflicts = overridden;
    }

    public void failed(ErrorCode why, String text, OnFailure follows) {
        code = why;
        message = text;
        action = follows;
    }

    /** Adds the next entry of the call. {@code place} is the entry's index among the exchange's entries. */
    void place(int place, int index) {
        if (entries++ == 0) {
            firstEntry = place;
            firstIndex = index;
        }
    }

    /**
     * Records the result of a body chunk.
     *
     * @param nanos the duration
     * @param changed whether the worker changed the chunk's bytes
     */
    public void chunk(long nanos, boolean changed) {
        chunks++;
        chunkNanos += nanos;
        bodyChanged |= changed;
    }

    /** Returns the number of recorded entries that the call reached. */
    public int entries() {
        return entries;
    }

    /**
     * Returns the record of the entry with the given index in the prepared chain. If the entry was not recorded,
     * returns a record that stores nothing.
     */
    public EntryRecord entry(int index) {
        int at = index - firstIndex;
        return at >= 0 && at < entries ? exchange.entry(firstEntry + at) : exchange.unseenEntry();
    }

    public ChainPart part() {
        return part;
    }

    /** Returns the index of the call among the exchange's calls, from 0. */
    public int number() {
        return number;
    }

    /** Returns the index of the call's segment in the flow. */
    public int group() {
        return group;
    }

    /** Returns the flow's processing mode, as written in the configuration. */
    public String mode() {
        return mode;
    }

    /** Returns the time it took to apply the call's results, in nanoseconds; 0 if unknown. */
    public long foldNanos() {
        return foldNanos;
    }

    /**
     * Returns the number of header fields that entries of this call changed although earlier entries had set them; 0 if
     * unknown.
     */
    public int conflicts() {
        return conflicts;
    }

    public String worker() {
        return worker;
    }

    /** Returns the address of the replica that was called last; null if no replica could be called. */
    public @Nullable String replica() {
        return replica;
    }

    /** Returns the number of replicas that were called one after another for this call. */
    public int attempts() {
        return attempts;
    }

    /** Returns whether the replica that was called last creates its own spans for calls with a trace. */
    public boolean makesSpans() {
        return makesSpans;
    }

    /** Returns whether all entries of the call are shadow entries. */
    public boolean isShadow() {
        return shadow;
    }

    /** Returns the time at which the call began, in nanoseconds after the arrival of the exchange. */
    public long began() {
        return began;
    }

    /** Returns the duration of the call, in nanoseconds; -1 if the exchange ended first. */
    public long took() {
        return took;
    }

    /** Returns the status of the call; null if the exchange ended before the call did. */
    public @Nullable CallStatus status() {
        return status;
    }

    /** Returns the error of a call that failed as a whole, or null. */
    public @Nullable ErrorCode code() {
        return code;
    }

    /** Returns the human-readable reason why the call failed as a whole, or null. */
    public @Nullable String message() {
        return message;
    }

    /** Returns the reaction to the failure of the call as a whole, or null. */
    public @Nullable OnFailure action() {
        return action;
    }

    /** Returns the number of body chunks sent in the call. */
    public int chunks() {
        return chunks;
    }

    /** Returns the total processing time of the call's body chunks, in nanoseconds. */
    public long chunkNanos() {
        return chunkNanos;
    }

    /** Returns whether the worker changed bytes of the body. */
    public boolean isBodyChanged() {
        return bodyChanged;
    }
}
