package io.policyengine.kernel.extproc;

import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.aggregate.BodyPieces;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.aggregate.PieceResult;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.Message;
import io.policyengine.kernel.envoy.ModeOverride;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.vertx.core.Future;
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
    final Loop loop;
    private final boolean request;
    private final Direction direction = new Direction();
    private @Nullable PieceWriter pieceWriter;

    /** How Envoy sends the body, by its configuration or as it was asked to. */
    private BodyMode mode = BodyMode.NONE;

    private BodyPath path = BodyPath.PASS;
    private boolean overrideDecided;
    private @Nullable String whyNoOverride;
    private boolean bodyAsked;
    private boolean bodyCame;
    private BodyUse use = BodyUse.NONE;

    /** The headers as Envoy holds them, to which changes are relative. */
    private @Nullable V held;

    private @Nullable PhaseRun<V, ?, ?> run;
    private long chainNanos;

    /** The body that the policies were given; null if none was. */
    private @Nullable Buffer given;

    private ContentCodings codings = ContentCodings.of(List.of());
    private @Nullable BodyCoding coding;
    private @Nullable GatheredBody gathered;
    private @Nullable BodyPieces pieces;
    private boolean endedEarly;

    /** Ends an exchange whose body is gathered and does not go on. */
    private DeadlineWheel.@Nullable Deadline nextPiece;

    /** Asks Envoy to wait longer, if the answer that is owed takes long. */
    private DeadlineWheel.@Nullable Deadline moreTime;

    /** Give back what the messages hold whose bytes are in use. */
    private final List<Runnable> atWork = new ArrayList<>(1);

    Side(Exchange exchange, Loop loop, boolean request) {
        this.exchange = exchange;
        this.loop = loop;
        this.request = request;
    }

    /** What runs in this direction. */
    abstract FlowPlan flow();

    /** The message whose headers arrived. */
    abstract V read(EnvoyMessage message);

    /** Whether the chain may run now; if not, the exchange is refused. */
    abstract boolean admits(V message);

    abstract PhaseRun<V, ?, ?> newRun(FlowPlan flow, V message);

    abstract HeaderMap headers(V message);

    abstract V withHeaders(V message, HeaderMap headers);

    abstract @Nullable Buffer body(V message);

    abstract V withoutBody(V message);

    /** The mode that Envoy is asked for with the answer to the headers, or null. */
    abstract @Nullable ModeOverride override(BodyMode wanted, boolean wantsBody);

    abstract EnvoyAnswer headersAnswer(
            V before,
            V after,
            Set<String> touched,
            boolean reroute,
            @Nullable Buffer newBody,
            @Nullable ModeOverride override);

    abstract EnvoyAnswer bodyAnswer(V before, V after, Set<String> touched, boolean reroute, @Nullable Buffer newBody);

    /** The headers are as they go on. */
    abstract void passed(V message);

    /** Records how long the chain ran. */
    abstract void chainRan(long nanos);

    abstract ErrorCode tooLarge();

    abstract ErrorCode unreadable();

    abstract ErrorCode stalled();

    final void setMode(BodyMode told) {
        mode = told;
    }

    final BodyMode mode() {
        return mode;
    }

    final boolean hasBegun() {
        return direction.hasBegun();
    }

    /** Whether Envoy still waits for answers to what it sent, or policies for a body. */
    final boolean isUnanswered() {
        return direction.isUnanswered() || (run != null && gathers() && !run.isOver());
    }

    final boolean isOver() {
        return direction.isOver();
    }

    final boolean isHolding() {
        return direction.isHolding();
    }

    /** Whether bytes of its body pile up until it is whole. */
    final boolean gathers() {
        return path == BodyPath.WHOLE || path == BodyPath.GATHER;
    }

    /** Worker calls that were made. */
    final int calls() {
        return run == null ? 0 : run.calls();
    }

    /** Why a chain with this use of the body cannot be served, or null. */
    final @Nullable String misfit(BodyUse use) {
        if (BodyPath.of(use, mode) != null) {
            return null;
        }
        String name = request ? "request_body_mode" : "response_body_mode";
        String needs = use == BodyUse.WHOLE
                ? "a policy needs the whole body, but Envoy's " + name + " is "
                : "a policy looks at the body, but Envoy's " + name + " is ";
        if (mode != BodyMode.NONE) {
            return needs + mode + ", which cannot give it: set BUFFERED or FULL_DUPLEX_STREAMED";
        }
        String why = whyNoOverride(use);
        return why == null ? null : needs + "NONE and " + why + ": set allow_mode_override, or the mode itself";
    }

    /** Why Envoy is not asked for the body, or null. Found out once: where overrides were ignored, only one exchange may try again. */
    private @Nullable String whyNoOverride(BodyUse asked) {
        if (!overrideDecided) {
            overrideDecided = true;
            whyNoOverride = exchange.whyNoOverride(trust(asked));
        }
        return whyNoOverride;
    }

    private OverrideTrust trust(BodyUse asked) {
        return loop.shared().overrideTrust(request, asked);
    }

    final void take(Message kind, EnvoyMessage message) {
        Transition.Action action = direction.take(DirectionEvent.of(kind.part()));
        if (action != Transition.Action.HOLD) {
            atWork.add(message.releaser());
        }
        switch (action) {
            case RUN_CHAIN -> takeHeaders(message, kind.part() == Message.Part.LAST_HEADERS);
            case ANSWER_WITHOUT_HEADERS -> takeWithoutHeaders(kind, message);
            case HOLD -> {
                direction.hold(kind, message);
                exchange.pause();
            }
            case TAKE_BODY -> takeBody(EnvoyReader.body(message), kind.part() == Message.Part.LAST_BODY);
            case GATHER -> gather(EnvoyReader.body(message));
            case RUN_GATHERED -> {
                boolean trailers = kind.part() == Message.Part.TRAILERS;
                if (trailers || gather(EnvoyReader.body(message))) {
                    runGathered(trailers);
                }
            }
            case TAKE_TRAILERS -> takeTrailers();
            case IGNORE -> releaseMessages();
            case RELEASE_HELD, DROP_HELD -> throw new IllegalStateException("a message answered a message");
            case REFUSE -> exchange.violate(kind + " out of order");
        }
        if (direction.owesAnswer() && moreTime == null && mode != BodyMode.FULL_DUPLEX_STREAMED) {
            moreTime = loop.askForMoreTime(() ->
                    exchange.write(loop.writer().moreTime(loop.config().envoy().maxMessageTimeout())));
        }
    }

    private void takeHeaders(EnvoyMessage message, boolean last) {
        V received = read(message);
        held = received;
        if (!admits(received)) {
            return;
        }
        FlowPlan flow = flow();
        use = flow.body();
        if (use != BodyUse.NONE && !last) {
            flow = readable(flow, received);
            if (flow == null) {
                exchange.refuse(
                        unreadable(),
                        "content-encoding '" + codings + "' cannot be opened: "
                                + codings.unsupportedReason().orElseThrow());
                return;
            }
        }
        if (flow.isEmpty()) {
            answerHeaders(received, Set.of(), false, null, false);
            return;
        }
        if (!last && (!choosePath(flow.body()) || isAnnouncedTooLarge(received, flow))) {
            return;
        }
        PhaseRun<V, ?, ?> started = newRun(flow, received);
        run = started;
        if (last && flow.body() != BodyUse.NONE) {
            given = NO_BODY;
            started.giveBody(NO_BODY);
        }
        int end = last ? flow.segments().size() : flow.bodyFrom();
        runTo(end, path == BodyPath.PIECES, this::headersPassed);
    }

    private @Nullable FlowPlan readable(FlowPlan flow, V received) {
        codings = ContentCodings.of(headers(received).getAll("content-encoding"));
        return codings.isSupported() ? flow : flow.unreadable();
    }

    /** Refuses a body that would be held whole and says itself that it is too large, before it is asked for. */
    private boolean isAnnouncedTooLarge(V received, FlowPlan flow) {
        String announced = gathers() ? headers(received).get("content-length") : null;
        int limit = path == BodyPath.WHOLE ? loop.config().envoy().bufferLimitBytes() : Integer.MAX_VALUE;
        long most = Math.min(flow.maxBody(), limit);
        if (announced == null || !isMoreThan(announced, most)) {
            return false;
        }
        exchange.refuse(tooLarge(), "content-length " + announced + ", at most " + most + " are allowed");
        return true;
    }

    private static boolean isMoreThan(String length, long most) {
        try {
            return Long.parseLong(length) > most;
        } catch (NumberFormatException none) {
            return false;
        }
    }

    private boolean choosePath(BodyUse use) {
        String misfit = misfit(use);
        if (misfit != null) {
            exchange.refuse(ErrorCode.POLICY_NOT_SUPPORTED, misfit);
            return false;
        }
        BodyPath told = BodyPath.of(use, mode);
        path = told != null ? told : Objects.requireNonNull(BodyPath.of(use, BodyPath.wanted(use)));
        return true;
    }

    private void runTo(int end, boolean opens, Consumer<PhaseResult.Passed<V>> then) {
        long started = loop.ticker().nanoTime();
        running().runTo(end, opens, exchange.beginPhase(), result -> {
            chainNanos += loop.ticker().nanoTime() - started;
            if (running().isOver() || !(result instanceof PhaseResult.Passed<V>)) {
                chainRan(chainNanos);
            }
            exchange.finish(result, then);
        });
    }

    private PieceWriter writer() {
        if (pieceWriter == null) {
            pieceWriter = new PieceWriter(exchange, loop, request);
        }
        return pieceWriter;
    }

    private PhaseRun<V, ?, ?> running() {
        return Objects.requireNonNull(run);
    }

    private void headersPassed(PhaseResult.Passed<V> passed) {
        Buffer newBody = newBody(passed.view());
        if (newBody != null) {
            running().openBodies().forEach(open -> open.chunks().close());
            if (running().isOver()) {
                replace(passed);
            } else {
                given = newBody;
                runTo(running().flow().segments().size(), false, rest -> {
                    given = null;
                    replace(rest);
                });
            }
            return;
        }
        boolean bodyWanted = path == BodyPath.PIECES
                ? !running().openBodies().isEmpty()
                : !running().isOver();
        if (!bodyWanted) {
            path = BodyPath.PASS;
        }
        if (path == BodyPath.GATHER) {
            gathered = new GatheredBody(running().flow().maxBody());
            awaitNextPiece();
            proceed(DirectionEvent.WAITS_FOR_BODY);
        } else if (path == BodyPath.PIECES) {
            pieces = new BodyPieces(exchange.scope(), running().openBodies());
            Set<String> touched = new HashSet<>(passed.touched());
            boolean known = mode == BodyMode.BUFFERED;
            V view = known ? passed.view() : ofUnknownLength(passed.view(), touched);
            answerHeaders(ofOpenedCoding(view, touched), touched, passed.reroute(), null, true);
        } else {
            answerHeaders(passed.view(), passed.touched(), passed.reroute(), null, path == BodyPath.WHOLE);
        }
    }

    /** A body that was set on headers replaces the whole message. */
    private void replace(PhaseResult.Passed<V> passed) {
        answerHeaders(passed.view(), passed.touched(), passed.reroute(), newBody(passed.view()), false);
    }

    /** The body that a policy has set, or null; one that has the same bytes is still another, with other headers. */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Buffer newBody(V view) {
        Buffer body = body(view);
        boolean setAgain = body != null && coding != null && !headers(view).contains("content-encoding");
        return body == given && !setAgain ? null : body;
    }

    /** Pieces may change their length: content-length goes. */
    private V ofUnknownLength(V view, Set<String> touched) {
        touched.add("content-length");
        return withHeaders(
                view, headers(view).toBuilder().remove("content-length").build());
    }

    /**
     * What describes the octets of a body whose coding is opened is not true of those that go on. That of a body without coding is
     * the matter of the policy that changes it.
     */
    private V ofOpenedCoding(V view, Set<String> touched) {
        BodyCoding open = openCoding();
        if (open == null) {
            return view;
        }
        HeaderMap.Builder changed = headers(view).toBuilder();
        for (String field : SetBody.OUTDATED_FIELDS) {
            if (!field.equals("content-encoding") || open.outgoing() == null) {
                changed.remove(field);
                touched.add(field);
            }
        }
        return withHeaders(view, changed.build());
    }

    private void answerHeaders(
            V view, Set<String> touched, boolean reroute, @Nullable Buffer newBody, boolean wantsBody) {
        BodyMode wanted = wantsBody && mode == BodyMode.NONE
                ? BodyPath.wanted(running().flow().body())
                : mode;
        // Trailers may be all that tells the end of a body, so they are asked for even where the mode is right.
        boolean asks = wantsBody && mode != BodyMode.FULL_DUPLEX_STREAMED && whyNoOverride(use) == null;
        ModeOverride override = newBody == null ? override(wanted, asks) : null;
        EnvoyAnswer answer = headersAnswer(envoys(), view, touched, reroute, newBody, override);
        V sent = withoutBody(view);
        held = sent;
        passed(sent);
        bodyAsked = wanted != mode;
        mode = wanted;
        exchange.write(answer);
        proceed(answer.replacesMessage() ? DirectionEvent.REPLACED : DirectionEvent.ANSWERED);
    }

    private V envoys() {
        return Objects.requireNonNull(held);
    }

    /** Envoy skips headers of this direction: nothing is lost unless a policy had to see them. */
    private void takeWithoutHeaders(Message kind, EnvoyMessage message) {
        if (!flow().isEmpty()) {
            exchange.refuse(
                    ErrorCode.POLICY_NOT_SUPPORTED, "Envoy sends no headers, which a policy of the route needs");
        } else if (kind.part() == Message.Part.TRAILERS) {
            writer().trailers();
            proceed(DirectionEvent.ANSWERED);
        } else {
            takeBody(EnvoyReader.body(message), kind.part() == Message.Part.LAST_BODY);
        }
    }

    private void takeBody(Buffer received, boolean last) {
        boolean single = mode == BodyMode.BUFFERED || mode == BodyMode.BUFFERED_PARTIAL || mode == BodyMode.NONE;
        if (single && bodyCame && path != BodyPath.PASS) {
            exchange.violate("a second body message in mode " + mode);
            return;
        }
        bodyComes();
        boolean complete = last || mode == BodyMode.BUFFERED;
        if (path != BodyPath.PASS && !complete && mode == BodyMode.BUFFERED_PARTIAL) {
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
            case WHOLE -> takeWhole(received);
            case PIECES -> takePiece(received, complete, false);
            case GATHER -> throw new IllegalStateException("gathered pieces come in state GATHERING");
        }
    }

    private void bodyComes() {
        bodyCame = true;
        if (bodyAsked) {
            trust(use).honoured();
        }
    }

    private void takeWhole(Buffer received) {
        long most = running().flow().maxBody();
        if (received.length() > most) {
            exchange.refuse(tooLarge(), "a body of " + received.length() + " bytes, at most " + most + " are allowed");
            return;
        }
        runOnWhole(received, passed -> {
            Buffer changed = newBody(passed.view());
            recoded(passed.view(), changed, outgoing -> {
                Set<String> touched = new HashSet<>(passed.touched());
                V view = outgoing == null ? passed.view() : labelled(passed.view(), outgoing, touched);
                EnvoyAnswer answer = bodyAnswer(envoys(), view, touched, passed.reroute(), outgoing);
                passed(withoutBody(view));
                exchange.write(answer);
                proceed(DirectionEvent.ANSWERED);
            });
        });
    }

    /** Runs the policies that wait for the whole body. */
    private void runOnWhole(Buffer received, Consumer<PhaseResult.Passed<V>> then) {
        BodyCoding open = openCoding();
        if (open == null) {
            given = received;
            running().giveBody(received);
            runTo(running().flow().segments().size(), false, then);
            return;
        }
        whenDone(open.decode(received, true), decoded -> {
            if (!reserve(decoded.length())) {
                return;
            }
            given = decoded;
            running().giveBody(decoded);
            runTo(running().flow().segments().size(), false, then);
        });
    }

    /** A body that policies changed, in the coding in which it goes on; null stays null. */
    private void recoded(V view, @Nullable Buffer changed, Consumer<@Nullable Buffer> then) {
        if (changed == null || !recodes(view)) {
            then.accept(changed);
        } else {
            whenDone(Objects.requireNonNull(coding).encode(changed, true), outgoing -> then.accept(outgoing));
        }
    }

    /** Whether a body that a policy has set goes on in the coding that was opened; what the policy has labelled is its own matter. */
    private boolean recodes(V view) {
        return coding != null && coding.outgoing() != null && !headers(view).contains("content-encoding");
    }

    /** The headers of a message whose whole body a policy has set. */
    private V labelled(V view, Buffer outgoing, Set<String> touched) {
        if (!recodes(view) || outgoing.length() == 0) {
            return ofLength(view, outgoing, touched);
        }
        touched.add("content-encoding");
        String encoding = Objects.requireNonNull(Objects.requireNonNull(coding).outgoing());
        HeaderMap changed =
                headers(view).toBuilder().set("content-encoding", encoding).build();
        return ofLength(withHeaders(view, changed), outgoing, touched);
    }

    /** Makes content-length right, where there was one and Envoy still holds the headers. */
    private V ofLength(V view, Buffer outgoing, Set<String> touched) {
        if (!headers(envoys()).contains("content-length")) {
            return view;
        }
        touched.add("content-length");
        String length = Integer.toString(outgoing.length());
        return withHeaders(
                view, headers(view).toBuilder().set("content-length", length).build());
    }

    private @Nullable BodyCoding openCoding() {
        if (coding == null && !codings.isIdentity()) {
            long most = loop.config().limits().maxDecodedBytes();
            coding = new BodyCoding(
                    loop.vertx(),
                    codings,
                    path == BodyPath.PIECES
                            ? most
                            : Math.min(most, running().flow().maxBody()),
                    running().flow().reencode());
        }
        return coding;
    }

    /** Goes on with what is at work off the event loop, perhaps at once. */
    private void whenDone(Future<Buffer> work, Consumer<Buffer> then) {
        if (work.succeeded()) {
            then.accept(work.result());
        } else {
            work.onComplete((result, failure) -> exchange.resume(() -> {
                if (failure == null) {
                    then.accept(result);
                } else if (failure instanceof CodingException coded && coded.kind() == CodingException.Kind.TOO_LARGE) {
                    exchange.refuse(tooLarge(), "content-encoding '" + codings + "': " + coded.getMessage());
                } else if (failure instanceof CodingException coded) {
                    exchange.refuse(unreadable(), "content-encoding '" + codings + "': " + coded.getMessage());
                } else {
                    throw new IllegalStateException("a content coding failed", failure);
                }
            }));
        }
    }

    /** Takes room for bytes that no message of Envoy's counts; if there is none, the exchange is refused. */
    private boolean reserve(int bytes) {
        Runnable reserved = exchange.reserve(bytes);
        if (reserved != null) {
            atWork.add(reserved);
        }
        return reserved != null;
    }

    /** Envoy has no timeout of its own in full duplex. */
    private void awaitNextPiece() {
        awaitPieceNoMore();
        long patience = loop.config().limits().bodyIdleTimeout().toNanos();
        nextPiece = loop.deadlines().add(loop.ticker().nanoTime() + patience, () -> {
            if (direction.isGathering()) {
                exchange.refuse(stalled(), "no piece of the body came within limits.body_idle_timeout_ms");
            }
        });
    }

    private void awaitPieceNoMore() {
        if (nextPiece != null) {
            nextPiece.cancel();
            nextPiece = null;
        }
    }

    private boolean gather(Buffer piece) {
        bodyCame = true;
        awaitNextPiece();
        // Small messages are not counted, but as many of them as make a body are.
        if (piece.length() <= GatheredBody.SMALL && !reserve(Math.max(piece.length(), GatheredBody.LEAST))) {
            return false;
        }
        GatheredBody body = Objects.requireNonNull(gathered);
        if (body.add(piece)) {
            return true;
        }
        exchange.refuse(tooLarge(), "a body of more than " + running().flow().maxBody() + " bytes");
        return false;
    }

    private void runGathered(boolean trailers) {
        awaitPieceNoMore();
        GatheredBody body = Objects.requireNonNull(gathered);
        Buffer received = body.join();
        runOnWhole(
                received,
                passed -> recoded(passed.view(), newBody(passed.view()), outgoing -> {
                    Set<String> touched = new HashSet<>(passed.touched());
                    V view = outgoing == null ? passed.view() : labelled(passed.view(), outgoing, touched);
                    EnvoyAnswer answer = headersAnswer(envoys(), view, touched, passed.reroute(), null, null);
                    passed(withoutBody(view));
                    exchange.write(answer);
                    writer().duplex(outgoing == null ? received : outgoing, !trailers);
                    if (trailers) {
                        writer().trailers();
                    }
                    proceed(DirectionEvent.ANSWERED);
                }));
    }

    /**
     * Sends a piece through the chunk functions.
     *
     * @param trailers whether it stands for the trailers, which end the body
     */
    private void takePiece(Buffer received, boolean last, boolean trailers) {
        if (endedEarly) {
            writer().unwanted(mode, trailers);
            proceed(DirectionEvent.ANSWERED);
            return;
        }
        BodyCoding open = openCoding();
        if (open == null) {
            sendPiece(received, last, trailers);
        } else {
            whenDone(open.decode(received, last), decoded -> {
                if (reserve(decoded.length())) {
                    sendPiece(decoded, last, trailers);
                }
            });
        }
    }

    private void sendPiece(Buffer piece, boolean last, boolean trailers) {
        Objects.requireNonNull(pieces).send(piece, last, exchange.beginPhase(), result -> {
            switch (result) {
                case PieceResult.Denied denied -> exchange.deniedOnBody(denied);
                case PieceResult.Failed failed -> exchange.failedOnBody(failed);
                case PieceResult.Passed passed -> {
                    BodyCoding open = coding;
                    if (open == null) {
                        piecePassed(passed, passed.data(), last, trailers);
                    } else {
                        whenDone(
                                open.encode(passed.data(), passed.last()),
                                outgoing -> piecePassed(passed, outgoing, last, trailers));
                    }
                }
            }
        });
    }

    private void piecePassed(PieceResult.Passed passed, Buffer outgoing, boolean last, boolean trailers) {
        boolean unchanged = passed.unchanged() && coding == null;
        boolean early = passed.last() && !last;
        endedEarly = early;
        if (mode == BodyMode.FULL_DUPLEX_STREAMED) {
            writer().duplex(outgoing, passed.last() && !trailers);
            if (trailers) {
                writer().trailers();
            }
            proceed(early ? DirectionEvent.REPLACED : DirectionEvent.ANSWERED);
        } else if (trailers) {
            if (outgoing.length() > 0) {
                // Envoy sends trailers only when the last piece is answered.
                exchange.refuse(
                        ErrorCode.POLICY_NOT_SUPPORTED,
                        "bytes were held back of a body that ended with trailers, which mode " + mode
                                + " has no place for: set FULL_DUPLEX_STREAMED");
                return;
            }
            writer().trailers();
            proceed(DirectionEvent.ANSWERED);
        } else if (mode == BodyMode.STREAMED) {
            writer().streamed(outgoing, unchanged);
            proceed(DirectionEvent.ANSWERED);
        } else {
            Set<String> touched = new HashSet<>();
            V view = unchanged ? envoys() : ofLength(envoys(), outgoing, touched);
            exchange.write(bodyAnswer(envoys(), view, touched, false, unchanged ? null : outgoing));
            endedEarly = true;
            proceed(DirectionEvent.ANSWERED);
        }
    }

    private void takeTrailers() {
        bodyComes();
        if (path == BodyPath.PIECES) {
            takePiece(NO_BODY, true, true);
        } else if (path == BodyPath.WHOLE && !running().isOver()) {
            // Trailers without a body: Envoy sends no body message then.
            runOnWhole(NO_BODY, passed -> {
                if (withoutBody(passed.view()).equals(envoys()) && newBody(passed.view()) == null) {
                    writer().trailers();
                    proceed(DirectionEvent.ANSWERED);
                } else {
                    exchange.refuse(
                            ErrorCode.POLICY_NOT_SUPPORTED,
                            "a policy that waits for the body changed a message that has trailers but no body");
                }
            });
        } else {
            writer().trailers();
            proceed(DirectionEvent.ANSWERED);
        }
    }

    private void forgetMoreTime() {
        if (moreTime != null) {
            moreTime.cancel();
            moreTime = null;
        }
    }

    private void releaseMessages() {
        atWork.forEach(Runnable::run);
        atWork.clear();
    }

    /** An answer takes as much memory as what it answers, and holds its place of the budget until it has left. */
    private void releaseWhenWritten() {
        List<Runnable> answered = List.copyOf(atWork);
        atWork.clear();
        exchange.whenWritten(() -> answered.forEach(Runnable::run));
    }

    /** What was at work is answered; when Envoy has taken the answers, the next message that waits is taken up. */
    private void proceed(DirectionEvent event) {
        exchange.whenTaken(() -> takeNext(event));
    }

    private void takeNext(DirectionEvent event) {
        forgetMoreTime();
        if (event != DirectionEvent.WAITS_FOR_BODY) {
            releaseWhenWritten();
        }
        if (direction.take(event) == Transition.Action.DROP_HELD) {
            direction.dropHeld();
        }
        Direction.Held next = direction.nextHeld();
        while (next != null && exchange.isOpen()) {
            take(next.kind(), next.message());
            next = direction.nextHeld();
        }
        exchange.resumeIfIdle();
    }

    /** Whether policies wait for a body of which nothing has come. */
    private boolean awaitsBody() {
        return gathers() && !bodyCame && run != null && !run.isOver();
    }

    /** Whether Envoy was asked for a body of which nothing has come. */
    private boolean missesBody() {
        return bodyAsked && !bodyCame;
    }

    /**
     * What its missing body tells of overrides; whether it must be taken for one that passed unseen.
     *
     * @param refusedByEnvoy whether Envoy itself may have answered because of the body: since 1.40 such answers come as responses
     */
    final boolean noteMissingBody(boolean refusedByEnvoy) {
        if (awaitsBody()) {
            if (bodyAsked && !refusedByEnvoy) {
                trust(use).missed(true);
            }
            return !refusedByEnvoy;
        }
        if (missesBody()) {
            trust(use).missed(false);
            return trust(use).isDoubtful();
        }
        return false;
    }

    /** Frees what it holds. */
    final void close() {
        awaitPieceNoMore();
        forgetMoreTime();
        direction.dropHeld();
        if (run != null) {
            run.openBodies().forEach(open -> open.chunks().close());
        }
        if (coding != null) {
            coding.close();
        }
    }
}
