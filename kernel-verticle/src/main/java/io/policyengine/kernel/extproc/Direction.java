package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.aggregate.RunScope;
import io.policyengine.kernel.aggregate.TrailersPhaseRun;
import io.policyengine.kernel.body.BodyDelivery;
import io.policyengine.kernel.body.BodyOwner;
import io.policyengine.kernel.body.Carrier;
import io.policyengine.kernel.body.MessageBody;
import io.policyengine.kernel.conversation.Conversation;
import io.policyengine.kernel.conversation.DirectionEvent;
import io.policyengine.kernel.conversation.Transition;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.MessageKind;
import io.policyengine.kernel.envoy.ModeOverride;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A direction of an exchange: its request or its response. It processes Envoy's messages as {@link Transition} defines,
 * runs the chain, forwards the body, and answers in order.
 *
 * @param <V> the message as policies see it
 */
abstract sealed class Direction<V extends MessageView<V>> implements BodyOwner<V>, DirectionChain.Owner<V>
        permits RequestDirection, ResponseDirection {
    final DirectionHost exchange;
    final LoopContext loop;
    final ExchangeFacts facts;
    final RunScope scope;
    private final FlowPlan planned;
    private final Conversation<EnvoyMessage> conversation = new Conversation<>();
    private final MessageBody<V> body;
    /** True if a policy waits for the end of the body, whether or not a policy reads it. */
    private boolean followed;
    /** The running chain; null before it begins, and if no chain runs. */
    private @Nullable DirectionChain<V> chain;

    /** The metadata that the chain has set, kept after the chain is released; null before. */
    private @Nullable Metadata left;

    private int callsOfOld;
    private @Nullable IncomingTrailers trailers;

    /**
     * Creates one direction of an exchange, before its first message.
     *
     * @param scope the environment of the direction's chain
     * @param planned the flow to run
     */
    Direction(
            DirectionHost exchange,
            LoopContext loop,
            ExchangeFacts facts,
            RunScope scope,
            FlowPlan planned,
            Carrier<V> carrier,
            BodyDelivery delivery) {
        this.exchange = exchange;
        this.loop = loop;
        this.facts = facts;
        this.scope = scope;
        this.planned = planned;
        this.body = new MessageBody<>(exchange, this, loop.bodies(), carrier, delivery, planned.keepsBody());
    }

    /** Returns whether the message may pass only if Envoy sends its headers. */
    abstract boolean needsHeaders();

    abstract V read(EnvoyMessage message);

    abstract IncomingTrailers read(HeaderMap trailers);

    /** Returns the message that is assumed if Envoy does not send its headers. */
    abstract V unseen();

    /** Returns why the chain may not run on the message, or null. */
    abstract Refusal.@Nullable Failure refusalOf(V message);

    abstract PhaseRun<V, ?, ?> newRun(FlowPlan flow, V message);

    /**
     * Returns the mode override to send with the answer to the headers, or null.
     *
     * @param wanted the body mode needed in this direction
     * @param asks whether that mode is to be requested from Envoy
     * @param replaced whether the answer replaces the message
     */
    abstract @Nullable ModeOverride override(BodyMode wanted, boolean asks, boolean replaced);

    /** Returns the message that this direction's trailers end. */
    abstract TrailersPhaseRun.Message ended();

    /** Returns the metadata that earlier policies of the other direction have set. */
    abstract Metadata inherited();

    /** Returns the metadata that all policies have set so far. */
    final Metadata metadata() {
        if (chain != null) {
            return chain.metadata();
        }
        return left == null ? inherited() : left;
    }

    /** The header fields that policies have set for the response so far. */
    final HeaderMap left() {
        return chain == null ? HeaderMap.empty() : chain.run().left();
    }

    final MessageBody<V> body() {
        return body;
    }

    final boolean hasBegun() {
        return conversation.hasBegun();
    }

    /** Returns whether Envoy waits for an answer, or policies wait for a body. */
    final boolean isUnanswered() {
        return conversation.isUnanswered() || body.gathers();
    }

    final boolean isOver() {
        return conversation.isOver();
    }

    /**
     * Returns whether the engine has nothing left to do in this direction: everything is answered, and no body will
     * arrive.
     */
    final boolean isSettled() {
        return conversation.isOver() || (body.isUnseen() && !planned.readsTrailers() && !conversation.isUnanswered());
    }

    final boolean isHolding() {
        return conversation.isHolding();
    }

    /** Returns whether policies hold back bytes until the body's end, although Envoy may not report that end. */
    final boolean mayBeCut() {
        return !conversation.isOver() && !conversation.owesAnswer() && body.mayBeCut();
    }

    final int calls() {
        return chain == null ? callsOfOld : chain.calls();
    }

    final void take(MessageKind kind, EnvoyMessage message) {
        if (kind.event() == DirectionEvent.LAST_BODY
                && conversation.isBodyOver()
                && !body.delivery().mode().isAnsweredOneByOne()) {
            // Envoy 1.35 to 1.37 may send the last chunk twice (envoyproxy/envoy#46237).
            exchange.ignore(message, "a second end of a body");
            return;
        }
        Transition.Action action = conversation.take(kind.event());
        if (action != Transition.Action.HOLD) {
            body.pending().add(message);
        }
        if (action != Transition.Action.HOLD && kind.event() == DirectionEvent.TRAILERS && takesTrailers()) {
            trailers = read(EnvoyReader.trailers(message));
        }
        switch (action) {
            case RUN_CHAIN -> takeHeaders(message, kind.event() == DirectionEvent.LAST_HEADERS);
            case ANSWER_WITHOUT_HEADERS -> takeWithoutHeaders(kind, message);
            case HOLD -> {
                conversation.hold(message);
                if (!body.delivery().proves()) {
                    exchange.pause();
                }
            }
            case TAKE_BODY -> body.take(EnvoyReader.body(message), kind.event() == DirectionEvent.LAST_BODY);
            case GATHER -> body.gather(EnvoyReader.body(message));
            case RUN_GATHERED -> {
                boolean trailers = kind.event() == DirectionEvent.TRAILERS;
                if (trailers || body.gather(EnvoyReader.body(message))) {
                    body.runGathered(trailers);
                }
            }
            case TAKE_TRAILERS -> body.takeTrailers();
            case IGNORE -> body.pending().drop();
            case RELEASE_HELD, DROP_HELD -> throw new IllegalStateException("a message answered a message");
            case REFUSE -> exchange.violate(kind + " out of order");
        }
        if (conversation.owesAnswer()) {
            body.pending().isOwed(body.delivery().mode());
        }
    }

    private void takeHeaders(EnvoyMessage message, boolean last) {
        V received = read(message);
        body.received(received);
        Refusal.Failure refusal = refusalOf(received);
        if (refusal != null) {
            exchange.refuse(refusal.code(), refusal.reason());
            return;
        }
        boolean bodyFollows = !last && body.carrier().allowsContent(received);
        FlowPlan wanted = bodyFollows ? asCanBeHad(received) : planned;
        followed = wanted.toTheEnd() && !last;
        FlowPlan flow = body.expect(wanted, received, bodyFollows);
        if (flow == null) {
            return;
        }
        if (flow.isEmpty()) {
            answerHeaders(leaving(new PhaseResult.Passed<>(received, Set.of(), false, metadata(), 0)), null, false);
            return;
        }
        PhaseRun<V, ?, ?> started = newRun(flow, received);
        DirectionChain<V> begun = new DirectionChain<>(exchange, loop, facts, started, this);
        chain = begun;
        body.chain().begin(started, bodyFollows);
        int end = bodyFollows ? flow.bodyFrom() : flow.segments().size();
        begun.runTo(end, body.isSeenInChunks(), this::headersPassed);
    }

    /**
     * Returns the flow to run: without the shadow entries that read the body, if reading it for them could make the
     * message itself fail.
     */
    private FlowPlan asCanBeHad(V received) {
        FlowPlan without = planned.withoutShadow();
        if (without == null) {
            return planned;
        }
        String reason = facts.isTunnel() ? "tunnel" : body.delivery().whyNotInShadow(received.headers(), planned);
        if (reason == null) {
            return planned;
        }
        planned.shadowReaders()
                .forEach(entry ->
                        facts.meters().shadowNotRun(entry.policy(), reason).increment());
        return without;
    }

    private void headersPassed(PhaseResult.Passed<V> passed) {
        Buffer newBody = body.newBody(passed.view());
        if (newBody != null) {
            body.replace(newBody, passed, this::replace);
            return;
        }
        PhaseResult.Passed<V> headers = body.open(passed);
        if (headers == null) {
            return;
        }
        if (body.isGathered()) {
            proceed(DirectionEvent.WAITS_FOR_BODY);
        } else {
            answerHeaders(headers, null, body.isSeen());
        }
    }

    /** Answers the headers with a body that a policy set, which replaces the whole message. */
    private void replace(PhaseResult.Passed<V> passed) {
        V view = passed.view();
        boolean replaceable = body.carrier().isReplaceable(view, conversation.isAtLastHeaders());
        Buffer newBody = replaceable ? body.newBody(view) : null;
        if (body.retain(view)) {
            body.chain().dropBody();
            answerHeaders(passed, newBody, false);
        }
    }

    private void answerHeaders(PhaseResult.Passed<V> passed, @Nullable Buffer newBody, boolean chainWaits) {
        BodyDelivery delivery = body.delivery();
        boolean mayHaveMore = !conversation.isAtLastHeaders() && body.carrier().allowsContent(passed.view());
        if (newBody == null && delivery.isToBeProved() && mayHaveMore) {
            delivery.awaitProof(() -> answerHeaders(passed, null, chainWaits));
            return;
        }
        boolean wantsBody = newBody == null && (chainWaits || followed);
        BodyUse use = chainWaits ? Objects.requireNonNull(chain).run().flow().body() : BodyUse.CHUNKS;
        BodyMode wanted = wantsBody ? delivery.modeToCome(use) : delivery.mode();
        // Trailers may be the only sign of a body's end, so they are requested even if the mode is right.
        boolean asks = wantsBody && delivery.mayAsk();
        boolean asksForTrailers = newBody == null && awaitsTrailers() && delivery.mayAskForTrailers();
        ModeOverride override = override(wanted, asks || asksForTrailers, newBody != null);
        EnvoyAnswer answer = body.headers(passed, newBody, override);
        if (override != null && asks) {
            delivery.ask(wanted);
        }
        exchange.write(answer);
        proceed(answer.replacesMessage() ? DirectionEvent.REPLACED : DirectionEvent.ANSWERED);
    }

    /** Returns whether policies read the trailers, or fields must be removed from the trailers. */
    boolean takesTrailers() {
        return planned.readsTrailers();
    }

    /** Returns whether trailers are needed and may still arrive. */
    final boolean awaitsTrailers() {
        return takesTrailers() && !conversation.isAtLastHeaders() && !conversation.isOver();
    }

    /**
     * Processes a message whose headers Envoy did not send. The exchange is refused only if a policy needs the headers.
     */
    private void takeWithoutHeaders(MessageKind kind, EnvoyMessage message) {
        if (needsHeaders()) {
            exchange.refuse(ErrorCode.ROUTE_MISCONFIGURED, "Envoy sends no headers, which a policy of the route needs");
        } else if (kind.event() == DirectionEvent.TRAILERS) {
            if (planned.readsTrailers()) {
                PhaseRun<V, ?, ?> started = newRun(planned, unseen());
                started.passOverHeaders();
                chain = new DirectionChain<>(exchange, loop, facts, started, this);
            }
            endWithTrailers(DirectionEvent.ANSWERED);
        } else {
            body.take(EnvoyReader.body(message), kind.event() == DirectionEvent.LAST_BODY);
        }
    }

    private void takeNext(DirectionEvent event) {
        body.pending().isNotOwed();
        if (event != DirectionEvent.WAITS_FOR_BODY) {
            body.pending().releaseWhenWritten();
        }
        if (conversation.take(event) == Transition.Action.DROP_HELD) {
            conversation.dropHeld(EnvoyMessage::release);
        }
        EnvoyMessage next = conversation.nextHeld();
        while (next != null && exchange.isOpen()) {
            take(Objects.requireNonNull(EnvoyReader.kind(next)), next);
            next = conversation.nextHeld();
        }
        exchange.answered();
    }

    /** Releases the message and its chain after both are complete. */
    final void release() {
        callsOfOld = calls();
        left = metadata();
        chain = null;
        body.release();
    }

    final void close() {
        conversation.dropHeld(EnvoyMessage::release);
        body.close();
        body.chain().releaseRetained();
    }

    @Override
    public final void endWithTrailers(DirectionEvent event) {
        IncomingTrailers received = trailers;
        DirectionChain<V> running = chain;
        trailers = null;
        if (received == null) {
            exchange.write(loop.writer().trailersUnchanged(isRequest()));
            proceed(event);
        } else if (received.problem() != null) {
            exchange.refuse(ErrorCode.ROUTE_MISCONFIGURED, received.problem());
        } else if (running == null) {
            exchange.resume(() -> answer(received, received.untouched(), event));
        } else {
            running.runOnTrailers(received.view(), ended(), passed -> answer(received, passed, event));
        }
    }

    private void answer(IncomingTrailers received, PhaseResult.Passed<TrailersView> passed, DirectionEvent event) {
        exchange.write(received.answer(loop.writer(), isRequest(), passed));
        proceed(event);
    }

    private boolean isRequest() {
        return body.carrier().isRequest();
    }

    @Override
    public final void proceed(DirectionEvent event) {
        if (exchange.isBehind()) {
            exchange.whenTaken(() -> takeNext(event));
        } else {
            takeNext(event);
        }
    }

    @Override
    public final void runRest(Consumer<PhaseResult.Passed<V>> then) {
        Objects.requireNonNull(chain).runRest(then);
    }
}
