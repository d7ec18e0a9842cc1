package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.kernel.aggregate.BodyChunks;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.conversation.Conversation;
import io.policyengine.kernel.conversation.DirectionEvent;
import io.policyengine.kernel.conversation.Transition;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.Message;
import io.policyengine.kernel.envoy.ModeOverride;
import io.policyengine.kernel.grpc.ByteBudget;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.trust.ResponseOrigin;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an exchange: takes Envoy's messages by the table of {@link Transition}, runs the chain on headers and body,
 * and answers in order.
 *
 * @param <V> the message as policies see it
 */
abstract sealed class Side<V> permits RequestSide, ResponseSide {
    private static final Buffer NO_BODY = Buffer.buffer();

    final Exchange exchange;
    final LoopContext loop;
    private final boolean request;
    private final Conversation<EnvoyMessage> conversation = new Conversation<>();
    private @Nullable ChunkWriter chunkWriter;

    private final BodyDelivery delivery;
    private final CodedBody coded = new CodedBody(this);
    private final BodyFields<V> fields = new BodyFields<>(this);
    private final AtWork atWork;
    private BodyPath path = BodyPath.PASS;
    /** A policy waits for the end of the body, whoever looks at it. */
    private boolean followed;

    private @Nullable WholePath<V> whole;
    private @Nullable ChunksPath<V> chunks;

    /** The headers as Envoy holds them, to which changes are relative. */
    private @Nullable V held;

    private @Nullable PhaseRun<V, ?, ?> run;
    private long chainNanos;

    /** The body that the policies were given; null if none was. */
    private @Nullable Buffer given;

    Side(Exchange exchange, LoopContext loop, boolean request) {
        this.exchange = exchange;
        this.loop = loop;
        this.request = request;
        this.delivery = new BodyDelivery(exchange, loop, request);
        this.atWork = new AtWork(exchange, loop);
    }

    /** Whether the message may not pass unless Envoy shows its headers. */
    abstract boolean needsHeaders();

    /** What runs in this conversation. */
    abstract FlowPlan flow();

    /** Whether what follows the headers is no body but a tunnel. */
    abstract boolean isTunnel();

    /** The message whose headers arrived. */
    abstract V read(EnvoyMessage message);

    /** Whether the chain may run now; if not, the exchange is refused. */
    abstract boolean admits(V message);

    abstract PhaseRun<V, ?, ?> newRun(FlowPlan flow, V message);

    abstract HeaderMap headers(V message);

    abstract V withHeaders(V message, HeaderMap headers);

    abstract @Nullable Buffer body(V message);

    abstract V withoutBody(V message);

    /**
     * The mode that Envoy is asked for with the answer to the headers, or null.
     *
     * @param wanted how the body of this direction is to come
     * @param asks whether Envoy is asked for that
     * @param replaced whether the answer replaces the message
     */
    abstract @Nullable ModeOverride override(BodyMode wanted, boolean asks, boolean replaced);

    abstract EnvoyAnswer headersAnswer(
            V before,
            V after,
            Set<String> touched,
            boolean reroute,
            @Nullable Buffer newBody,
            @Nullable ModeOverride override);

    /** Whether it may have a body at all. */
    abstract boolean allowsContent(V message);

    /** Whether the answer to the headers can give it another body. */
    abstract boolean isReplaceable(V message);

    abstract EnvoyAnswer bodyAnswer(V before, V after, Set<String> touched, boolean reroute, @Nullable Buffer newBody);

    /** The headers are as they go on. */
    abstract void passed(V message);

    /** Records how long the chain ran. */
    abstract void chainRan(long nanos);

    /** Whether the body is to be kept for policies that look at it later, and has not come. */
    abstract boolean awaitsBodyToKeep();

    abstract void keep(RetainedBody body);

    abstract ErrorCode tooLarge();

    abstract ErrorCode unreadable();

    abstract ErrorCode stalled();

    final BodyDelivery delivery() {
        return delivery;
    }

    /** How Envoy sends the body. */
    final BodyMode mode() {
        return delivery.mode();
    }

    /** How the engine deals with the body. */
    final BodyPath path() {
        return path;
    }

    /** The header fields that describe the body. */
    final BodyFields<V> fields() {
        return fields;
    }

    /** The content coding of the body. */
    final CodedBody coded() {
        return coded;
    }

    /** Whether the headers at work are all there is. */
    final boolean isAtLastHeaders() {
        return conversation.isAtLastHeaders();
    }

    final boolean hasBegun() {
        return conversation.hasBegun();
    }

    /** Whether Envoy still waits for answers to what it sent, or policies for a body. */
    final boolean isUnanswered() {
        return conversation.isUnanswered() || gathers();
    }

    final boolean isOver() {
        return conversation.isOver();
    }

    /** Whether nothing more of it concerns the engine: all is answered, and no body is to come. */
    final boolean isSettled() {
        boolean unseen = path == BodyPath.PASS && !mode().sendsBody();
        return conversation.isOver() || (unseen && !conversation.isUnanswered());
    }

    final boolean isHolding() {
        return conversation.isHolding();
    }

    /** Whether bytes of its body pile up until it is whole, for policies that have not run. */
    final boolean gathers() {
        return path.isWhole() && run != null && (!run.isOver() || awaitsBodyToKeep());
    }

    /** Worker calls that were made. */
    final int calls() {
        return run == null ? 0 : run.calls();
    }

    final void take(Message kind, EnvoyMessage message) {
        Transition.Action action = conversation.take(kind.event());
        if (action != Transition.Action.HOLD) {
            atWork.add(message);
        }
        switch (action) {
            case RUN_CHAIN -> takeHeaders(message, kind.event() == DirectionEvent.LAST_HEADERS);
            case ANSWER_WITHOUT_HEADERS -> takeWithoutHeaders(kind, message);
            case HOLD -> {
                conversation.hold(message);
                if (!delivery.proves()) {
                    exchange.pause();
                }
            }
            case TAKE_BODY -> takeBody(EnvoyReader.body(message), kind.event() == DirectionEvent.LAST_BODY);
            case GATHER -> gather(message);
            case RUN_GATHERED -> {
                boolean trailers = kind.event() == DirectionEvent.TRAILERS;
                if (trailers) {
                    delivery.comes();
                }
                if (trailers || gather(message)) {
                    whole().runGathered(trailers);
                }
            }
            case TAKE_TRAILERS -> takeTrailers();
            case IGNORE -> atWork.drop();
            case RELEASE_HELD, DROP_HELD -> throw new IllegalStateException("a message answered a message");
            case REFUSE -> exchange.violate(kind + " out of order");
        }
        if (conversation.owesAnswer()) {
            atWork.owesAnswer(mode());
        }
    }

    private void takeHeaders(EnvoyMessage message, boolean last) {
        V received = read(message);
        held = received;
        if (!admits(received)) {
            return;
        }
        boolean bodyFollows = !last && allowsContent(received);
        FlowPlan flow = bodyFollows ? asCanBeHad(received, flow()) : flow();
        delivery.setUse(flow.body(), allowsContent(received), headers(received).get("content-length"));
        followed = flow.toTheEnd() && !last;
        if (flow.body() != BodyUse.NONE && bodyFollows && !coded.read(headers(received))) {
            flow = flow.unreadable();
            if (flow == null) {
                coded.refuse();
                return;
            }
        }
        if (bodyFollows && (!choosePath(flow) || isAnnouncedTooLarge(received, flow))) {
            return;
        }
        if (flow.isEmpty()) {
            answerHeaders(received, Set.of(), false, null, false);
            return;
        }
        PhaseRun<V, ?, ?> started = newRun(flow, received);
        run = started;
        if (!bodyFollows && flow.body() != BodyUse.NONE) {
            given = NO_BODY;
            started.giveBody(NO_BODY);
        }
        int end = bodyFollows ? flow.bodyFrom() : flow.segments().size();
        runTo(end, path == BodyPath.CHUNKS, this::headersPassed);
    }

    /** The flow, without entries in the shadow that look at a body which cannot be had without a risk for the message itself. */
    private FlowPlan asCanBeHad(V received, FlowPlan flow) {
        FlowPlan without = flow.withoutShadow();
        if (without == null) {
            return flow;
        }
        String reason = whyNotInShadow(received, flow);
        if (reason == null) {
            return flow;
        }
        for (PlannedEntry entry : flow.shadowReaders()) {
            exchange.routeMeters().shadowNotRun(entry.policy(), reason).increment();
        }
        return without;
    }

    private @Nullable String whyNotInShadow(V received, FlowPlan flow) {
        String coding = headers(received).get("content-encoding");
        if (isTunnel()) {
            return "tunnel";
        }
        // It may turn out to be none in the midst of the body.
        if (coding != null && !coding.equals("identity")) {
            return "encoded";
        }
        ByteBudget budget = loop.shared().budget();
        if (budget.taken() > budget.capacity() / 2) {
            return "buffered_bytes";
        }
        return delivery.isToBeHadInShadow(flow) ? null : "body_mode";
    }

    /** Refuses a body that would be held whole and says itself that it is too large, before it is asked for. */
    private boolean isAnnouncedTooLarge(V received, FlowPlan flow) {
        String announced = path.isWhole() ? headers(received).get("content-length") : null;
        int limit = path == BodyPath.WHOLE ? loop.config().envoy().bufferLimitBytes() : Integer.MAX_VALUE;
        long max = Math.min(flow.maxBody(), limit);
        if (announced == null || !isMoreThan(announced, max)) {
            return false;
        }
        exchange.refuse(tooLarge(), "content-length " + announced + ", at most " + max + " are allowed");
        return true;
    }

    private static boolean isMoreThan(String length, long max) {
        try {
            return Long.parseLong(length) > max;
        } catch (NumberFormatException none) {
            return false;
        }
    }

    private boolean choosePath(FlowPlan flow) {
        BodyUse use = flow.body();
        String mismatch = delivery.mismatchOnTrial(flow);
        if (mismatch != null) {
            exchange.refuse(ErrorCode.POLICY_NOT_SUPPORTED, mismatch);
            return false;
        }
        BodyPath told = BodyPath.of(use, mode());
        path = told != null ? told : Objects.requireNonNull(BodyPath.of(use, delivery.wanted(use)));
        return true;
    }

    private void runTo(int end, boolean opens, Consumer<PhaseResult.Passed<V>> then) {
        long started = loop.ticker().nanoTime();
        boolean wasOver = running().isOver();
        running().runTo(end, opens, exchange.beginPhase(), result -> {
            chainNanos += loop.ticker().nanoTime() - started;
            if (!wasOver && (running().isOver() || !(result instanceof PhaseResult.Passed<V>))) {
                chainRan(chainNanos);
            }
            if (!wasOver && running().isOver() && result instanceof PhaseResult.Passed<V>) {
                exchange.chainRan(running(), chainNanos);
            }
            exchange.finish(running(), result, then);
        });
    }

    /** Runs the policies that wait for the whole body. */
    final void runOnBody(Buffer body, Consumer<PhaseResult.Passed<V>> then) {
        given = body;
        running().giveBody(body);
        runTo(running().flow().segments().size(), false, then);
    }

    /** Writes the answers to body and trailers. */
    final ChunkWriter writer() {
        if (chunkWriter == null) {
            chunkWriter = new ChunkWriter(exchange, loop, request);
        }
        return chunkWriter;
    }

    /** The chain, once it has begun. */
    final PhaseRun<V, ?, ?> running() {
        return Objects.requireNonNull(run);
    }

    private void headersPassed(PhaseResult.Passed<V> passed) {
        Buffer newBody = newBody(passed.view());
        if (newBody != null) {
            running().openBodies().forEach(open -> open.chunks().close());
            path = BodyPath.PASS;
            if (running().isOver()) {
                replace(passed);
            } else {
                runOnBody(newBody, rest -> {
                    given = null;
                    replace(rest);
                });
            }
            return;
        }
        boolean bodyWanted = path == BodyPath.CHUNKS ? !running().openBodies().isEmpty() : gathers();
        if (!bodyWanted) {
            path = BodyPath.PASS;
            if (!keep(passed.view())) {
                return;
            }
        }
        if (path.isWhole()) {
            whole = new WholePath<>(this, running().flow().maxBody());
        }
        if (path == BodyPath.GATHER) {
            whole().beginGathering();
            proceed(DirectionEvent.WAITS_FOR_BODY);
        } else if (path == BodyPath.CHUNKS) {
            chunks = new ChunksPath<>(
                    this, new BodyChunks(exchange.scope(), running().openBodies()));
            Set<String> touched = new HashSet<>(passed.touched());
            boolean known = modeToCome(running().flow().body()).isWhole();
            V view = known ? passed.view() : fields.ofUnknownLength(passed.view(), touched);
            answerHeaders(fields.ofOpenedCoding(view, touched), touched, passed.reroute(), null, true);
        } else {
            answerHeaders(passed.view(), passed.touched(), passed.reroute(), null, path == BodyPath.WHOLE);
        }
    }

    /** A body that was set on headers replaces the whole message. */
    private void replace(PhaseResult.Passed<V> passed) {
        V view = passed.view();
        Buffer newBody = isReplaceable(view) ? newBody(view) : null;
        if (keep(view)) {
            dropBody();
            answerHeaders(view, passed.touched(), passed.reroute(), newBody, false);
        }
    }

    /** Keeps the body as it goes on, where somebody looks at it later; false if there is no room for it, and the exchange is refused. */
    final boolean keep(V view) {
        Buffer body = body(view);
        return body == null || !awaitsBodyToKeep() || keepCounted(body);
    }

    @SuppressWarnings("ReferenceEquality") // the very bytes that are counted already
    private boolean keepCounted(Buffer body) {
        boolean counted =
                body == given && (path == BodyPath.GATHER || coded.isOpen() || body.length() > GatheredBody.SMALL);
        List<Runnable> holds = new ArrayList<>();
        if (body.length() > 0 && counted) {
            holds.addAll(atWork.hand());
        } else if (body.length() > 0) {
            Runnable reserved = exchange.reserve(Math.max(body.length(), GatheredBody.MIN));
            if (reserved == null) {
                return false;
            }
            holds.add(reserved);
        }
        keep(new RetainedBody(body, holds));
        return true;
    }

    /** Keeps nothing of the body in memory: it has gone on, and its place in the budget is another's. */
    final void dropBody() {
        given = null;
        running().dropBody();
    }

    /** The body that goes on in place of Envoy's, or null; it is empty where policies left a message that has none. */
    final @Nullable Buffer newBody(V view) {
        Buffer body = bodyOfPolicies(view);
        if (allowsContent(view)) {
            return body;
        }
        return body == null && !allowsContent(envoys()) ? null : NO_BODY;
    }

    /** The body that a policy has set, or null; one that has the same bytes is still another, with other headers. */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Buffer bodyOfPolicies(V view) {
        Buffer body = body(view);
        boolean setAgain = body != null && coded.isOpen() && !fields.isLabelled(view);
        return body == given && !setAgain ? null : body;
    }

    private void answerHeaders(
            V view, Set<String> touched, boolean reroute, @Nullable Buffer newBody, boolean chainWaits) {
        boolean waits = newBody == null && !conversation.isAtLastHeaders() && allowsContent(view);
        if (waits && delivery.awaitProof(() -> answerHeaders(view, touched, reroute, null, chainWaits))) {
            return;
        }
        boolean wantsBody = newBody == null && (chainWaits || followed);
        BodyUse use = chainWaits ? running().flow().body() : BodyUse.CHUNKS;
        BodyMode wanted = wantsBody ? modeToCome(use) : mode();
        // Trailers may be all that tells the end of a body, so they are asked for even where the mode is right.
        boolean asks = wantsBody && delivery.mayAsk();
        ModeOverride override = override(wanted, asks, newBody != null);
        EnvoyAnswer answer = headersAnswer(envoys(), view, touched, reroute, newBody, override);
        V sent = withoutBody(view);
        held = sent;
        passed(sent);
        if (override != null && asks) {
            delivery.ask(wanted);
        }
        exchange.write(answer);
        proceed(answer.replacesMessage() ? DirectionEvent.REPLACED : DirectionEvent.ANSWERED);
    }

    /** How the body will come for a chain that waits for it. */
    private BodyMode modeToCome(BodyUse use) {
        return mode().sendsBody() ? mode() : delivery.wanted(use);
    }

    /** The headers as Envoy holds them, to which changes are relative. */
    final V envoys() {
        return Objects.requireNonNull(held);
    }

    /** Envoy skips headers of this direction: nothing is lost unless a policy had to see them. */
    private void takeWithoutHeaders(Message kind, EnvoyMessage message) {
        if (needsHeaders()) {
            exchange.refuse(
                    ErrorCode.POLICY_NOT_SUPPORTED, "Envoy sends no headers, which a policy of the route needs");
        } else if (kind.event() == DirectionEvent.TRAILERS) {
            writer().trailers();
            proceed(DirectionEvent.ANSWERED);
        } else {
            takeBody(EnvoyReader.body(message), kind.event() == DirectionEvent.LAST_BODY);
        }
    }

    private void takeBody(Buffer received, boolean last) {
        BodyMode mode = mode();
        if (!mode.isInChunks() && delivery.hasCome() && path != BodyPath.PASS) {
            exchange.violate("a second body message in mode " + mode);
            return;
        }
        delivery.comes();
        boolean complete = last || mode.isWhole();
        if (path != BodyPath.PASS && !complete && mode.mayCutOff()) {
            exchange.refuse(
                    tooLarge(),
                    "in mode BUFFERED_PARTIAL the body is longer than Envoy's buffer, or trailers follow, which looks the same");
            return;
        }
        switch (path) {
            case PASS -> {
                writer().unchanged(received, last, mode);
                proceed(DirectionEvent.ANSWERED);
            }
            case WHOLE -> whole().take(received);
            case CHUNKS -> chunks().take(received, complete, false);
            case GATHER -> throw new IllegalStateException("gathered chunks come in state GATHERING");
        }
    }

    private boolean gather(EnvoyMessage message) {
        delivery.comes();
        return whole().gather(EnvoyReader.body(message));
    }

    private void takeTrailers() {
        if (delivery.trailersCome() && path != BodyPath.PASS) {
            exchange.refuse(
                    ErrorCode.POLICY_NOT_SUPPORTED,
                    "trailers came without the body that was asked for, which may have passed unseen");
            return;
        }
        if (path == BodyPath.CHUNKS) {
            chunks().take(NO_BODY, true, true);
        } else if (path == BodyPath.WHOLE && gathers()) {
            whole().takeTrailers();
        } else {
            writer().trailers();
            proceed(DirectionEvent.ANSWERED);
        }
    }

    private WholePath<V> whole() {
        return Objects.requireNonNull(whole);
    }

    private ChunksPath<V> chunks() {
        return Objects.requireNonNull(chunks);
    }

    /** Takes room for bytes that no message of Envoy's counts; if there is none, the exchange is refused. */
    final boolean reserve(int bytes) {
        return atWork.reserve(bytes);
    }

    /** What was at work is answered; when Envoy has taken the answers, the next message that waits is taken up. */
    final void proceed(DirectionEvent event) {
        exchange.whenTaken(() -> takeNext(event));
    }

    private void takeNext(DirectionEvent event) {
        atWork.owesNothing();
        if (event != DirectionEvent.WAITS_FOR_BODY) {
            atWork.releaseWhenWritten();
        }
        if (conversation.take(event) == Transition.Action.DROP_HELD) {
            conversation.dropHeld(EnvoyMessage::release);
        }
        EnvoyMessage next = conversation.nextHeld();
        while (next != null && exchange.isOpen()) {
            take(Objects.requireNonNull(EnvoyReader.kind(next)), next);
            next = conversation.nextHeld();
        }
        exchange.resumeIfIdle();
        exchange.freeIfSettled();
    }

    /** Whether a response has come to a request whose body has passed unseen, see {@link BodyDelivery#isMissedBy}. */
    final boolean isMissedBy(ResponseOrigin answerer) {
        return delivery.isMissedBy(answerer, awaitsBody());
    }

    /** Whether policies wait for a body without which the message does not go on. */
    private boolean awaitsBody() {
        return switch (path) {
            case PASS -> false;
            case WHOLE, GATHER -> gathers();
            case CHUNKS -> chunks != null && !mode().isInChunks();
        };
    }

    /** Whether a part of its body is held here for an end that may have passed untold. */
    final boolean mayBeCut() {
        return chunks != null
                && !conversation.isOver()
                && !conversation.owesAnswer()
                && chunks.isHolding()
                && !delivery.tellsEnd();
    }

    /** Frees what it holds. */
    final void close() {
        atWork.owesNothing();
        conversation.dropHeld(EnvoyMessage::release);
        delivery.close();
        if (whole != null) {
            whole.close();
        }
        if (run != null) {
            run.openBodies().forEach(open -> open.chunks().close());
        }
        coded.close();
    }
}
