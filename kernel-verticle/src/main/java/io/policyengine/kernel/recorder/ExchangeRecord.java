package io.policyengine.kernel.recorder;

import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.trace.TraceContext;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The record of an exchange: its request, Envoy's messages and their answers, worker calls, the results of entries, and
 * its end. It contains names and reasons, but no values of header fields, no query and no body. At most {@value
 * #MAX_CALLS} calls and {@value #MAX_ENTRIES} entries are recorded, the rest is counted; clients' texts are truncated
 * to {@value #MAX_TEXT} characters. Confined to the event loop of its exchange, and reused afterwards. Times are
 * nanoseconds after the arrival of the exchange unless stated otherwise.
 */
public final class ExchangeRecord {
    /** Limit of recorded calls. */
    public static final int MAX_CALLS = 64;

    /** Limit of recorded entries. */
    public static final int MAX_ENTRIES = 256;

    /** Characters of a text that a client, or a worker, may choose. */
    public static final int MAX_TEXT = 256;

    private final boolean kept;
    private final Slots<MessageRecord> messages;
    private final Slots<CallRecord> calls;
    private final Slots<EntryRecord> entries;
    private final RequestRecord request = new RequestRecord();
    private final AddedLatency addedLatency = new AddedLatency();
    private final SpanTimes spanTimes = new SpanTimes();

    private @Nullable ObservabilityConfig settings;
    private String routeName = "";
    private String configuredRoute = "";
    private RouteChoice choice = RouteChoice.NONE;
    private TraceContext trace = TraceContext.NONE;
    private long generation;
    private long arrivedMillis;
    private long arrivedNanos;
    private boolean onDenial;

    private @Nullable ErrorCode code;
    private @Nullable String failure;
    private String decidedBy = "";
    private String reason = "";
    private int status;
    private Outcome outcome = Outcome.PASSED;
    private long took;

    /**
     * Creates a reusable record.
     *
     * @param kept false to record nothing
     */
    ExchangeRecord(boolean kept) {
        this.kept = kept;
        this.messages = new Slots<>(MessageRecord::new, Integer.MAX_VALUE);
        this.calls = new Slots<>(() -> new CallRecord(this), MAX_CALLS);
        this.entries = new Slots<>(EntryRecord::new, MAX_ENTRIES);
    }

    boolean isKept() {
        return kept;
    }

    /** An exchange begins, by its first message. */
    public void begin(
            ObservabilityConfig under, long ofGeneration, long atMillis, long atNanos, String id, RequestView of) {
        if (!kept) {
            return;
        }
        settings = under;
        generation = ofGeneration;
        arrivedMillis = atMillis;
        arrivedNanos = atNanos;
        request.note(id, of, under.recorder().fields());
    }

    /**
     * Records the route.
     *
     * @param name as Envoy sends it
     * @param configured as written in the configuration; empty without a route policy
     */
    public void route(String name, String configured, RouteChoice why) {
        if (kept) {
            routeName = RequestRecord.cut(name);
            configuredRoute = configured;
            choice = why;
        }
    }

    /** The trace that the exchange belongs to is known. */
    public void trace(TraceContext of) {
        if (kept) {
            trace = of;
        }
    }

    /** Removes a refused path, which may contain a credential. */
    public void pathRefused() {
        request.hidePath();
    }

    /**
     * Envoy sent a message.
     *
     * @param label its kind, a constant
     * @param ofRequest whether it belongs to the request
     * @param now on the ticker
     */
    public void received(String label, boolean ofRequest, long bytes, long now) {
        if (!kept) {
            return;
        }
        long at = now - arrivedNanos;
        message(label, true, at).add(bytes, at);
        addedLatency.begin(ofRequest, at);
    }

    /**
     * Envoy was answered.
     *
     * @param label the kind of the answer, a constant
     * @param ofRequest whether it belongs to the request
     * @param now on the ticker
     */
    public void answered(String label, boolean ofRequest, long now) {
        if (!kept) {
            return;
        }
        long at = now - arrivedNanos;
        message(label, false, at).add(0, at);
        addedLatency.end(ofRequest, at);
    }

    private MessageRecord message(String label, boolean sent, long at) {
        for (int i = messages.told() - 1; i >= 0; i--) {
            if (messages.get(i).is(label, sent)) {
                return messages.get(i);
            }
        }
        MessageRecord first = messages.next();
        first.begin(label, sent, at);
        return first;
    }

    /** Assigns later calls to a response of the engine. */
    public void onDenial() {
        onDenial = true;
    }

    /**
     * Adds a worker call.
     *
     * @param part of the chains; on a response of the engine it is replaced
     * @param now on the ticker
     */
    public CallRecord call(ChainPart part, String worker, boolean shadow, long now) {
        CallRecord call = kept ? calls.next() : calls.unseen();
        call.begin(onDenial ? ChainPart.ON_DENIAL : part, worker, shadow, now - arrivedNanos, calls.count() - 1);
        return call;
    }

    /** A replica is called for the call that is known by this object. */
    public void attempt(Object call, WorkerConnector replica) {
        for (int i = calls.told() - 1; i >= 0; i--) {
            CallRecord one = calls.get(i);
            if (one.isKnownBy(call)) {
                one.attempt(replica);
                return;
            }
        }
    }

    /**
     * An entry has had its turn in a call, or is passed over.
     *
     * @param index in the prepared chain
     */
    public EntryRecord entry(CallRecord call, int index, String name, String policy) {
        EntryRecord entry = kept ? entries.next() : entries.unseen();
        if (kept && entries.told() == entries.count()) {
            call.place(entries.told() - 1, index);
        }
        entry.begin(placeOf(call), name, policy);
        return entry;
    }

    /** The turn of an entry does not come, since the chain has ended by this call. */
    public void unreached(CallRecord ended, String name, String policy) {
        if (kept) {
            entries.next().begin(placeOf(ended), name, policy);
        }
    }

    private int placeOf(CallRecord call) {
        for (int i = calls.told() - 1; i >= 0; i--) {
            if (calls.get(i).equals(call)) {
                return i;
            }
        }
        return -1;
    }

    EntryRecord unseenEntry() {
        return entries.unseen();
    }

    /** The engine cannot go on with the exchange; the first reason stands. */
    public void failed(@Nullable ErrorCode why, String text) {
        if (kept && failure == null) {
            code = why;
            failure = text;
        }
    }

    /**
     * The client gets an answer that is not the upstream's.
     *
     * @param by the entry's name, or the engine's
     * @param now on the ticker
     */
    public void decided(String by, int withStatus, String why, long now) {
        if (kept) {
            decidedBy = by;
            status = withStatus;
            reason = why;
            answered("immediate_response", true, now);
            addedLatency.end(false, now - arrivedNanos);
        }
    }

    /** The upstream's answer passes with this status; 0 if none has yet. */
    public void passed(int withStatus) {
        if (kept && status == 0) {
            status = withStatus;
        }
    }

    /**
     * The exchange is over.
     *
     * @param passedStatus the status of the upstream's answer; 0 if none has passed
     * @param now on the ticker
     */
    public void ended(Outcome how, int passedStatus, long now) {
        outcome = how;
        took = now - arrivedNanos;
        passed(passedStatus);
        addedLatency.end(true, took);
        addedLatency.end(false, took);
    }

    /** Forgets all, to be used again. */
    void forget() {
        messages.clear(_ -> {});
        calls.clear(CallRecord::forget);
        entries.clear(EntryRecord::forget);
        settings = null;
        request.forget();
        addedLatency.forget();
        routeName = "";
        configuredRoute = "";
        choice = RouteChoice.NONE;
        trace = TraceContext.NONE;
        onDenial = false;
        code = null;
        failure = null;
        decidedBy = "";
        reason = "";
        status = 0;
    }

    /** The settings of the generation. */
    public ObservabilityConfig settings() {
        return Objects.requireNonNull(settings, "the exchange has begun");
    }

    /** The request as it arrived. */
    public RequestRecord request() {
        return request;
    }

    /** The times that only spans use. */
    public SpanTimes spanTimes() {
        return spanTimes;
    }

    /** The route as Envoy names it. */
    public String routeName() {
        return routeName;
    }

    /** The route policy as the configuration writes it; empty if none is for the route. */
    public String configuredRoute() {
        return configuredRoute;
    }

    /** The reason why the exchange had this chain. */
    public RouteChoice choice() {
        return choice;
    }

    /** The trace that the exchange belongs to. */
    public TraceContext trace() {
        return trace;
    }

    /** The number of the generation. */
    public long generation() {
        return generation;
    }

    /** The time of arrival, in milliseconds since the epoch. */
    public long arrivedMillis() {
        return arrivedMillis;
    }

    /** The time of arrival, on the ticker. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** The messages and answers, each kind once, in the order in which the first of them came or went. */
    public List<MessageRecord> messages() {
        return messages.list();
    }

    /** The calls of workers, in the order in which they began. */
    public List<CallRecord> calls() {
        return calls.list();
    }

    /** The number of calls, including unrecorded ones. */
    public int callCount() {
        return calls.count();
    }

    /** The entries that had their turn, or would have had, in the order in which that was known. */
    public List<EntryRecord> entries() {
        return entries.list();
    }

    /** The number of entries, including unrecorded ones. */
    public int entryCount() {
        return entries.count();
    }

    EntryRecord entry(int place) {
        return entries.get(place);
    }

    /** The error that the engine ended it by, or null. */
    public @Nullable ErrorCode code() {
        return code;
    }

    /** The reason of the failure, for users, or null. */
    public @Nullable String failure() {
        return failure;
    }

    /** The name of the entry that decided the answer, or {@code kernel}; empty if the upstream's answer passed, or none. */
    public String decidedBy() {
        return decidedBy;
    }

    /** The reason that Envoy was given for that answer; empty if none. */
    public String reason() {
        return reason;
    }

    /** The status that the client got, as far as it is known; else 0. */
    public int status() {
        return status;
    }

    /** The end of it. */
    public Outcome outcome() {
        return outcome;
    }

    /** The time until Envoy ended the stream, the upstream's included. */
    public long took() {
        return took;
    }

    /** The time that Envoy waited for answers, which the engine has added. */
    public long held() {
        return addedLatency.total();
    }
}
