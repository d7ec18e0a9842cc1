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
 * The body of one message: it passes by the path that follows from what the chain does with it and how Envoy sends it.
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
    /** Null where nothing waits for the body. */
    private @Nullable BodyClock clock;

    /** The headers as Envoy holds them, to which changes are relative. */
    private @Nullable V held;

    private boolean passed;

    /**
     * The body of a message that has not come.
     *
     * @param isForLater whether it is kept for policies that look at it later
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

    /** The message, as far as it matters to the body. */
    public Carrier<V> carrier() {
        return carrier;
    }

    /** The way in which Envoy sends it. */
    public BodyDelivery delivery() {
        return delivery;
    }

    /** The answer that is owed. */
    public PendingAnswer pending() {
        return pending;
    }

    /** Writes the answers to the body. */
    BodyAnswers answers() {
        if (answers == null) {
            answers = new BodyAnswers(host, tools.writer(), carrier.isRequest());
        }
        return answers;
    }

    /** True if policies look at it. */
    public boolean isSeen() {
        return path != BodyPath.PASS;
    }

    /** True if policies see it in chunks. */
    public boolean isSeenInChunks() {
        return path == BodyPath.CHUNKS;
    }

    /** True if the headers wait until it is gathered. */
    public boolean isGathered() {
        return path == BodyPath.GATHER;
    }

    /** The headers have come. */
    public void received(V message) {
        held = message;
    }

    /** The headers as Envoy holds them, to which changes are relative. */
    V held() {
        return Objects.requireNonNull(held);
    }

    /** The headers as they went on, else as they came; null if none have come. */
    public @Nullable V headers() {
        return held;
    }

    /** True if the headers have gone on. */
    public boolean isPassed() {
        return passed;
    }

    /** The headers go on. */
    void pass(V message) {
        held = BodyFields.withoutBody(message);
        passed = true;
    }

    /** The answer by which the headers go on. */
    public EnvoyAnswer headers(
            PhaseResult.Passed<V> result, @Nullable Buffer newBody, @Nullable ModeOverride override) {
        EnvoyAnswer answer = carrier.headers(tools.writer(), held(), result, newBody, override);
        pass(result.view());
        return answer;
    }

    /**
     * Decides what happens to the body, before the chain runs.
     *
     * @param follows whether a body may follow the headers
     * @return the flow to run, reduced if the body cannot be decoded; null if the exchange is refused
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
            host.refuse(ErrorCode.POLICY_NOT_SUPPORTED, mismatch);
            return false;
        }
        BodyPath told = BodyPath.of(use, delivery.mode());
        path = told != null ? told : Objects.requireNonNull(BodyPath.of(use, delivery.wanted(use)));
        return true;
    }

    /** Refuses, before it is asked for, a body that would be held whole and that is too large by its content-length. */
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

    /** The body as policies have it. */
    public BodyInChain<V> chain() {
        return chain;
    }

    /** True if bytes of it pile up until it is whole, for policies that have not run. */
    public boolean gathers() {
        return path.isWhole() && chain.isWaiting();
    }

    /** A policy has set a body on the headers: it goes to the policies that wait for one, and on in place of Envoy's. */
    public void replace(Buffer newBody, PhaseResult.Passed<V> result, Consumer<PhaseResult.Passed<V>> then) {
        path = BodyPath.PASS;
        chain.closeChunks();
        chain.replace(newBody, result, then);
    }

    /**
     * Opens the way that the body takes, now that the policies on headers have run; null if the exchange is refused.
     *
     * @return the headers as they go on, if they go on before the body
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

    /** The body that goes on in place of Envoy's, or null; it is empty where policies left a message that has none. */
    public @Nullable Buffer newBody(V view) {
        return chain.newBody(held(), view);
    }

    /**
     * Keeps the outgoing body if policies read it later; false if the budget is exhausted, and the exchange is refused.
     */
    public boolean retain(V view) {
        return chain.retain(view, path);
    }

    /** Processes a body message, whose answer is pending. */
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
                    "in mode BUFFERED_PARTIAL the body is longer than Envoy's buffer, or trailers follow, which looks the same");
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

    /** Keeps a chunk of a body that is gathered; false if the exchange is refused by it. */
    public boolean gather(Buffer chunk) {
        delivery.comes();
        if (clock != null) {
            clock.chunkCame();
        }
        return whole().gather(chunk);
    }

    /**
     * Runs the policies on the body that was gathered.
     *
     * @param trailers whether trailers have ended it
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
                    ErrorCode.POLICY_NOT_SUPPORTED,
                    "trailers came without the body that was asked for, which may have passed unseen");
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

    /** True if Envoy sends nothing of it, and no policy reads it. */
    public boolean isUnseen() {
        return path == BodyPath.PASS && !delivery.mode().sendsBody();
    }

    /** True if some of it has come, and its end will come here too. */
    public boolean showsEnd() {
        return delivery.hasCome() && delivery.tellsEnd();
    }

    /** True if a response has come to a request whose body has passed unseen, see {@link BodyDelivery#isMissedBy}. */
    public boolean isMissedBy(ResponseOrigin answerer) {
        return delivery.isMissedBy(answerer, isAwaited());
    }

    /** True if policies wait for a body without which the message does not go on. */
    private boolean isAwaited() {
        return switch (path) {
            case PASS -> false;
            case WHOLE, GATHER -> gathers();
            case CHUNKS -> chunks != null && !delivery.mode().isInChunks();
        };
    }

    /** True if a part of it is held back, at rest, to wait for an end that may have passed without Envoy telling it. */
    public boolean mayBeCut() {
        return chunks != null && chunks.isHolding() && !delivery.tellsEnd();
    }

    /** Releases the headers, the chain and what processed the body, all of which has passed. */
    public void letGo() {
        held = null;
        whole = null;
        chunks = null;
        chain.letGo();
    }

    /** Frees what it holds. */
    public void close() {
        pending.isNotOwed();
        delivery.close();
        stopClock();
        chain.close();
        whole = null;
        chunks = null;
        pending.releaseWhenWritten();
    }

    /** Stops waiting for the body: all of it has come, or the message is answered without it. */
    public void stopClock() {
        if (clock != null) {
            clock.stop();
        }
    }
}
