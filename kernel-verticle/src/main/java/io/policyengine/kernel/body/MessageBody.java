package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.conversation.DirectionEvent;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.ModeOverride;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.trust.ResponseOrigin;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of one message, processed on one {@link BodyPath}.
 *
 * @param <V> the message as policies see it
 */
public final class MessageBody<V extends MessageView<V>> {
    private static final Buffer NO_BODY = Buffer.buffer();

    private final BodyHost host;
    private final BodyOwner<V> owner;
    private final BodyTools tools;
    private final Carrier<V> carrier;
    private final BodyDelivery delivery;
    private final PendingAnswer pending;
    private final BodyInChain<V> chain;
    private @Nullable BodyAnswers answers;
    private BodyPath path = BodyPath.PASS;
    private @Nullable BufferedBody<V> whole;
    private @Nullable StreamedBody<V> chunks;
    private @Nullable BodyClock clock;

    /** The headers that Envoy holds, against which changes are computed. */
    private @Nullable V held;

    private boolean passed;

    /**
     * Creates the body of a message that has not arrived yet.
     *
     * @param isForLater whether the body is retained for policies of the response phase
     */
    public MessageBody(
            BodyHost host,
            BodyOwner<V> owner,
            BodyTools tools,
            Carrier<V> carrier,
            BodyDelivery delivery,
            boolean isForLater) {
        this.host = host;
        this.owner = owner;
        this.tools = tools;
        this.carrier = carrier;
        this.delivery = delivery;
        this.pending = new PendingAnswer(host, tools);
        this.chain = new BodyInChain<>(host, owner, tools, carrier, pending, isForLater);
    }

    public Carrier<V> carrier() {
        return carrier;
    }

    public BodyDelivery delivery() {
        return delivery;
    }

    public PendingAnswer pending() {
        return pending;
    }

    BodyAnswers answers() {
        if (answers == null) {
            answers = new BodyAnswers(host, tools.writer(), carrier.isRequest());
        }
        return answers;
    }

    /** Returns whether policies read the body. */
    public boolean isSeen() {
        return path != BodyPath.PASS;
    }

    /** Returns whether policies see the body in chunks. */
    public boolean isSeenInChunks() {
        return path == BodyPath.CHUNKS;
    }

    /** Returns whether the headers are answered only after the body has been gathered. */
    public boolean isGathered() {
        return path == BodyPath.GATHER;
    }

    /** Records the headers as received. */
    public void received(V message) {
        held = message;
    }

    V held() {
        return Objects.requireNonNull(held);
    }

    /** Returns the headers as they were forwarded or, before that, as received; null if they have not arrived. */
    public @Nullable V headers() {
        return held;
    }

    /** Returns whether the headers have been forwarded. */
    public boolean isPassed() {
        return passed;
    }

    void pass(V message) {
        held = BodyFields.withoutBody(message);
        passed = true;
    }

    /** Returns the answer that forwards the headers, and records that they are forwarded. */
    public EnvoyAnswer headers(
            PhaseResult.Passed<V> result, @Nullable Buffer newBody, @Nullable ModeOverride override) {
        EnvoyAnswer answer = carrier.headers(tools.writer(), held(), result, newBody, override);
        pass(result.view());
        return answer;
    }

    /**
     * Chooses how the body is processed; called before the chain runs.
     *
     * @param follows whether a body may follow the headers
     * @return the flow to run, which is a reduced one if the body cannot be decoded; null if the exchange is refused
     */
    public @Nullable FlowPlan expect(FlowPlan planned, V received, boolean follows) {
        HeaderMap headers = received.headers();
        delivery.setUse(planned, carrier.allowsContent(received), headers);
        boolean looks = follows && planned.body() != BodyUse.NONE;
        FlowPlan flow = looks ? chain.asReadable(planned, headers) : planned;
        if (flow == null) {
            return null;
        }
        return !follows || (choosePath(flow) && !isAnnouncedTooLarge(flow)) ? flow : null;
    }

    private boolean choosePath(FlowPlan flow) {
        BodyUse use = flow.body();
        String mismatch = delivery.mismatchOnTrial(flow, host);
        if (mismatch != null) {
            host.refuse(ErrorCode.ROUTE_MISCONFIGURED, mismatch);
            return false;
        }
        BodyPath told = BodyPath.of(use, delivery.mode());
        path = told != null ? told : Objects.requireNonNull(BodyPath.of(use, delivery.wanted(use)));
        return true;
    }

    /**
     * Refuses the exchange, before the body is requested, if the body would be held whole and its content-length is too
     * large. Returns whether the exchange was refused.
     */
    private boolean isAnnouncedTooLarge(FlowPlan flow) {
        int limit = path == BodyPath.WHOLE ? tools.config().envoy().bufferLimitBytes() : Integer.MAX_VALUE;
        long max = Math.min(flow.maxBody(), limit);
        long announced = delivery.announced();
        if (!path.isWhole() || announced <= max) {
            return false;
        }
        host.refuse(carrier.tooLarge(), "content-length " + announced + ", at most " + max + " are allowed");
        return true;
    }

    public BodyInChain<V> chain() {
        return chain;
    }

    /** Returns whether the body is being collected until it is whole, for pending policies. */
    public boolean gathers() {
        return path.isWhole() && chain.isWaiting();
    }

    /**
     * Replaces Envoy's body by the body that a policy set in the headers phase. Policies that wait for a body read the
     * new body before {@code then} is called.
     */
    public void replace(Buffer newBody, PhaseResult.Passed<V> result, Consumer<PhaseResult.Passed<V>> then) {
        path = BodyPath.PASS;
        chain.closeChunks();
        chain.replace(newBody, result, then);
    }

    /**
     * Prepares the processing of the body after the policies on headers have run.
     *
     * @return the message with the headers to forward; null if the exchange is refused
     */
    public PhaseResult.@Nullable Passed<V> open(PhaseResult.Passed<V> result) {
        boolean wanted = path == BodyPath.CHUNKS ? !chain.running().openBodies().isEmpty() : gathers();
        if (!wanted) {
            path = BodyPath.PASS;
            return retain(result.view()) ? result : null;
        }
        BodyFields<V> fields = new BodyFields<>(carrier, chain.coded());
        FlowPlan flow = chain.running().flow();
        if (path == BodyPath.CHUNKS) {
            StreamedBody<V> opened = new StreamedBody<>(
                    this, host, owner, tools, fields, chain.running().bodyChunks());
            chunks = opened;
            if (!delivery.modeToCome(flow.body()).isInChunks()) {
                clock = new BodyClock(host, tools, carrier.stalled(), false);
            }
            return opened.headers(result, flow.body());
        }
        whole = new BufferedBody<>(this, host, owner, tools, fields, flow.maxBody());
        if (path == BodyPath.GATHER) {
            whole.beginGathering();
        }
        clock = new BodyClock(host, tools, carrier.stalled(), path == BodyPath.GATHER);
        return result;
    }

    /**
     * Returns the body that replaces Envoy's, or null. The new body is empty if the message, as policies changed it,
     * must not have a body.
     */
    public @Nullable Buffer newBody(V view) {
        return chain.newBody(held(), view);
    }

    /** Retains the outgoing body if policies read it later. Returns false if retaining it exceeds the budget. */
    public boolean retain(V view) {
        return chain.retain(view, path);
    }

    /** Processes a message of the body, which Envoy expects to be answered. */
    public void take(Buffer received, boolean last) {
        BodyMode mode = delivery.mode();
        if (!mode.isInChunks() && delivery.hasCome() && path != BodyPath.PASS) {
            host.violate("a second body message in mode " + mode);
            return;
        }
        delivery.comes();
        stopClock();
        boolean complete = last || mode.isWhole();
        if (path != BodyPath.PASS && !complete && mode.mayCutOff()) {
            host.refuse(
                    carrier.tooLarge(),
                    "in mode BUFFERED_PARTIAL Envoy sent a body without its end: the body exceeds Envoy's buffer, or"
                            + " has trailers");
            return;
        }
        switch (path) {
            case PASS -> {
                answers().unchanged(received, last, mode);
                owner.proceed(DirectionEvent.ANSWERED);
            }
            case WHOLE -> whole().take(received);
            case CHUNKS -> chunks().take(received, complete, false);
            case GATHER -> throw new IllegalStateException("gathered chunks come in state GATHERING");
        }
    }

    /** Keeps a chunk of a gathered body. Returns false if the exchange is refused because of it. */
    public boolean gather(Buffer chunk) {
        delivery.comes();
        if (clock != null) {
            clock.chunkCame();
        }
        return whole().gather(chunk);
    }

    /**
     * Runs the policies on the gathered body.
     *
     * @param trailers whether trailers have ended the body
     */
    public void runGathered(boolean trailers) {
        if (trailers) {
            delivery.comes();
        }
        stopClock();
        whole().runGathered(trailers);
    }

    /** Processes trailers of a message whose headers have arrived. */
    public void takeTrailers() {
        stopClock();
        if (delivery.trailersCome() && path != BodyPath.PASS) {
            host.refuse(
                    ErrorCode.ROUTE_MISCONFIGURED,
                    "trailers arrived without the requested body, which may have passed unseen");
            return;
        }
        if (path == BodyPath.CHUNKS) {
            chunks().take(NO_BODY, true, true);
        } else if (path == BodyPath.WHOLE && gathers()) {
            whole().takeTrailers();
        } else {
            owner.endWithTrailers(DirectionEvent.ANSWERED);
        }
    }

    private BufferedBody<V> whole() {
        return Objects.requireNonNull(whole);
    }

    private StreamedBody<V> chunks() {
        return Objects.requireNonNull(chunks);
    }

    /** Returns whether Envoy does not send the body, and no policy reads it. */
    public boolean isUnseen() {
        return path == BodyPath.PASS && !delivery.mode().sendsBody();
    }

    /** Returns whether a part of the body has arrived, and Envoy will also report the body's end. */
    public boolean showsEnd() {
        return delivery.hasCome() && delivery.tellsEnd();
    }

    /**
     * Records the response. Returns whether the request's body passed without being sent to the engine, see {@link
     * BodyDelivery#isMissedBy}.
     */
    public boolean isMissedBy(ResponseOrigin answerer) {
        return delivery.isMissedBy(answerer, isAwaited());
    }

    /** Returns whether policies wait for a body, and the message is not forwarded before it arrives. */
    private boolean isAwaited() {
        return switch (path) {
            case PASS -> false;
            case WHOLE, GATHER -> gathers();
            case CHUNKS -> chunks != null && !delivery.mode().isInChunks();
        };
    }

    /** Returns whether policies hold back bytes until the body's end, although Envoy may not report that end. */
    public boolean mayBeCut() {
        return chunks != null && chunks.isHolding() && !delivery.tellsEnd();
    }

    /** Releases the headers, the chain and the body's state, after the body has passed. */
    public void release() {
        held = null;
        whole = null;
        chunks = null;
        chain.release();
    }

    /** Releases everything except the retained body. The pending answer is released once it is sent. */
    public void close() {
        pending.isNotOwed();
        delivery.close();
        stopClock();
        chain.close();
        whole = null;
        chunks = null;
        pending.releaseWhenWritten();
    }

    /** Stops the body's time limits, because the body is complete or no longer needed. */
    public void stopClock() {
        if (clock != null) {
            clock.stop();
        }
    }
}
