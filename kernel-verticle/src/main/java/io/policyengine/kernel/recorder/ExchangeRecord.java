package io.policyengine.kernel.recorder;

import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.trace.TraceContext;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The record of an exchange: its request, Envoy's messages and their answers, worker calls, the results of entries, and
 * its end. It contains names and reasons, and the values of configured header fields, but no other values, no query and
 * no body. At most {@value #MAX_CALLS} calls and {@value #MAX_ENTRIES} entries are recorded; the rest are counted.
 * Clients' texts are truncated to {@value #MAX_TEXT} characters. Confined to the event loop of its exchange, and reused
 * afterwards. Times are nanoseconds after the arrival of the exchange unless stated otherwise.
 */
public final class ExchangeRecord {
    /** Maximum recorded worker calls of an exchange. */
    public static final int MAX_CALLS = 64;

    /** Maximum recorded entries of an exchange. */
    public static final int MAX_ENTRIES = 256;

    /** Maximum characters of a recorded text from a client or worker. */
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

    private @Nullable String code;
    private @Nullable String rule;
    private @Nullable String failure;
    private String decidedBy = "";
    private String reason = "";
    private int status;
    private Outcome outcome = Outcome.PASSED;
    private long took;

    ExchangeRecord(boolean kept) {
        this.kept = kept;
        this.messages = new Slots<>(MessageRecord::new, Integer.MAX_VALUE);
        this.calls = new Slots<>(() -> new CallRecord(this), MAX_CALLS);
        this.entries = new Slots<>(EntryRecord::new, MAX_ENTRIES);
    }

    boolean isKept() {
        return kept;
    }

    /** Records the start of an exchange, from its first message. */
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
     * Records the route of the exchange.
     *
     * @param name the name that Envoy sends
     * @param configured the route as written in the configuration; empty without a route policy
     */
    public void route(String name, String configured, RouteChoice why) {
        if (kept) {
            routeName = RequestRecord.cut(name);
            configuredRoute = configured;
            choice = why;
        }
    }

    public void trace(TraceContext of) {
        if (kept) {
            trace = of;
        }
    }

    /** Removes the path of a refused request, because it may contain a credential. */
    public void pathRefused() {
        request.hidePath();
    }

    /**
     * Records a message from Envoy.
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
        MessageRecord.of(messages, label, true, at).add(bytes, at);
        addedLatency.begin(ofRequest, at);
    }

    /**
     * Records an answer to Envoy.
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
        MessageRecord.of(messages, label, false, at).add(0, at);
        addedLatency.end(ofRequest, at);
    }

    /** Records that later calls belong to the engine's own response. */
    public void onDenial() {
        onDenial = true;
    }

    /**
     * Adds a worker call.
     *
     * @param part the part of the chains; ignored once calls belong to the engine's own response
     * @param now on the ticker
     */
    public CallRecord call(ChainPart part, String worker, boolean shadow, long now) {
        CallRecord call = kept ? calls.next() : calls.unseen();
        call.begin(onDenial ? ChainPart.ON_DENIAL : part, worker, shadow, now - arrivedNanos, calls.count() - 1);
        return call;
    }

    /** Records that the call with this identity was sent to a replica. */
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
     * Adds an entry that ran or was skipped in a call.
     *
     * @param index the index of the entry in the prepared chain
     */
    public EntryRecord entry(CallRecord call, int index, String name, String policy) {
        EntryRecord entry = kept ? entries.next() : entries.unseen();
        if (kept && entries.told() == entries.count()) {
            call.place(entries.told() - 1, index);
        }
        entry.begin(placeOf(call), name, policy);
        return entry;
    }

    /** Adds an entry that did not run because the given call ended the chain. */
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

    /** Records that the engine cannot continue the exchange. Only the first reason is kept. */
    public void failed(@Nullable ErrorCode why, String text) {
        if (kept && failure == null) {
            failure = text;
            if (code == null && why != null) {
                code = why.name();
            }
        }
    }

    /**
     * Records the response that the client gets instead of the upstream's.
     *
     * @param by name of the deciding entry, or {@code kernel}
     * @param now on the ticker
     */
    public void decided(String by, ImmediateResponse answer, long now) {
        if (kept) {
            decidedBy = by;
            status = answer.status();
            reason = answer.reason();
            code = answer.code();
            rule = answer.rule();
            answered("immediate_response", true, now);
            addedLatency.end(false, now - arrivedNanos);
        }
    }

    /** Records the status of the upstream's response; 0 if unknown. */
    public void passed(int withStatus) {
        if (kept && status == 0) {
            status = withStatus;
        }
    }

    /**
     * Records the end of the exchange.
     *
     * @param passedStatus the status of the upstream's response; 0 if none has passed
     * @param now on the ticker
     */
    public void ended(Outcome how, int passedStatus, long now) {
        outcome = how;
        took = now - arrivedNanos;
        passed(passedStatus);
        addedLatency.end(true, took);
        addedLatency.end(false, took);
    }

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
        rule = null;
        failure = null;
        decidedBy = "";
        reason = "";
        status = 0;
    }

    public ObservabilityConfig settings() {
        return Objects.requireNonNull(settings, "the exchange has begun");
    }

    public RequestRecord request() {
        return request;
    }

    public SpanTimes spanTimes() {
        return spanTimes;
    }

    /** Returns the route name that Envoy sent. */
    public String routeName() {
        return routeName;
    }

    /** Returns the route as written in the configuration; empty without a route policy. */
    public String configuredRoute() {
        return configuredRoute;
    }

    public RouteChoice choice() {
        return choice;
    }

    public TraceContext trace() {
        return trace;
    }

    public long generation() {
        return generation;
    }

    /** Returns the time of arrival, in milliseconds since the epoch. */
    public long arrivedMillis() {
        return arrivedMillis;
    }

    /** Returns the time of arrival, on the ticker. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** Returns the messages and answers, grouped by kind. Kinds are in the order of their first message. */
    public List<MessageRecord> messages() {
        return messages.list();
    }

    /** Returns the recorded worker calls, in the order in which they began. */
    public List<CallRecord> calls() {
        return calls.list();
    }

    /** Returns the number of calls, including unrecorded ones. */
    public int callCount() {
        return calls.count();
    }

    /** Returns the recorded entries, including those that did not run, in the order of their results. */
    public List<EntryRecord> entries() {
        return entries.list();
    }

    /** Returns the number of entries, including unrecorded ones. */
    public int entryCount() {
        return entries.count();
    }

    EntryRecord entry(int place) {
        return entries.get(place);
    }

    /** Returns the code of the denial, the refusal of a response, or the engine's error; null without one. */
    public @Nullable String code() {
        return code == null ? EntryRecord.codeOfReplaced(entries) : code;
    }

    /** Returns the name of the rule, such as a limit, by which an entry denied; null if it gave none. */
    public @Nullable String rule() {
        return rule;
    }

    /**
     * Returns whether a policy or a rule of the engine has denied the request, or a policy has refused the response.
     */
    public boolean isDenied() {
        return outcome == Outcome.DENIED || (outcome == Outcome.PASSED && failure == null && code() != null);
    }

    /** Returns the human-readable reason why the exchange failed, or null if it did not. */
    public @Nullable String failure() {
        return failure;
    }

    /**
     * Returns the name of the entry that decided the response, or {@code kernel}. Empty if the upstream's response
     * passed, or if there was no response.
     */
    public String decidedBy() {
        return decidedBy;
    }

    /** Returns the reason that was sent to Envoy with the response to the client; empty if there was none. */
    public String reason() {
        return reason;
    }

    /** Returns the status that the client got; 0 if unknown. */
    public int status() {
        return status;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** Returns the nanoseconds until Envoy ended the stream, including the upstream's time. */
    public long took() {
        return took;
    }

    /** Returns the nanoseconds for which Envoy waited for the engine's answers. */
    public long held() {
        return addedLatency.total();
    }
}
