package io.policyengine.kernel.remote;

import com.google.protobuf.ByteString;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.net.PeerCheck;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.protocol.CallCodec;
import io.policyengine.protocol.DescriptionCodec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The link of one event loop to a replica: one connection with two {@code Exchange} streams. One is for ordinary calls.
 * The other is for calls with streamed bodies, which could otherwise fill the flow-control window and delay ordinary
 * calls. The first call on a stream opens it, as does the first call after the stream is lost. After a failed
 * connection attempt, calls fail at once for a short time.
 *
 * <p>Unsent bytes are limited ({@link UnsentBytes}); calls beyond the limit are refused as overload.
 *
 * <p>Calls beyond {@value #LARGE} bytes are sent as unary calls, since they would delay small calls on the stream. If a
 * worker does not serve the stream, all calls are unary, and the worker can neither stream bodies nor receive the end
 * of exchanges. The end of an exchange is reported on the stream of its calls, so that it arrives after them. Large
 * calls of exchanges whose end is reported therefore use the stream for bodies.
 */
final class RemoteLink implements WorkerLink {
    static final int LARGE = 64 << 10;

    /**
     * Maximum number of query parameters of a request that is sent to a worker. If there were more, worker and upstream
     * might ignore different ones.
     */
    static final int MAX_PARAMETERS = 1000;

    private final String address;
    private final Supplier<DescriptionCodec.@Nullable Introduction> said;

    private final CallScope scope;
    private final SocketClient client;
    private final ConnectPause pause;
    private final ReopeningStream<PendingCall<?>> calls;
    private final ReopeningStream<StreamedCall<?>> bodies;
    private @Nullable HttpConnection connection;
    private boolean unaryOnly;
    private boolean closed;
    private long nextCall = 1;

    RemoteLink(
            Vertx vertx,
            RemoteWorkerOptions options,
            Ticker ticker,
            Runnable streamFailed,
            UnsentBytes unsent,
            Capacity room,
            Supplier<DescriptionCodec.@Nullable Introduction> said) {
        this.said = said;
        this.address = options.socketPath();
        this.scope = new CallScope(
                vertx.getOrCreateContext(),
                DeadlineWheel.on(vertx, ticker),
                ticker,
                options.maxCallsInFlight(),
                unsent);
        this.client = new SocketClient(vertx, options, room, this::onConnection, streamFailed);
        this.pause = new ConnectPause(ticker.nanoTime());
        this.calls = new ReopeningStream<>(client, scope, pause, this::sendUnary);
        this.bodies = new ReopeningStream<>(client, scope, pause, this::refuseStreams);
    }

    @Override
    public <O> Future<SegmentResult<O>> execute(SegmentCall<O> call) {
        WorkerException refusal = refusal(call, calls);
        if (refusal != null) {
            return Future.failedFuture(refusal);
        }
        if (call.endFollows() && unaryOnly) {
            return Future.failedFuture(cannotTellEnds());
        }
        ByteString encoded = encoded(call, false);
        if (scope.unsent().isFullFor(encoded.size())) {
            return Future.failedFuture(full());
        }
        return call.endFollows() && encoded.size() > LARGE
                ? open(call, encoded).map(RemoteLink::withoutChunks)
                : submit(call, encoded);
    }

    @Override
    public <O> Future<OpenSegment<O>> open(SegmentCall<O> call) {
        WorkerException refusal = refusal(call, bodies);
        if (refusal != null) {
            return Future.failedFuture(refusal);
        }
        if (unaryOnly) {
            return Future.failedFuture(cannotStream());
        }
        ByteString encoded = encoded(call, true);
        return scope.unsent().isFullFor(encoded.size()) ? Future.failedFuture(full()) : open(call, encoded);
    }

    private ByteString encoded(SegmentCall<?> call, boolean streamsBody) {
        return CallCodec.encode(
                call,
                streamsBody,
                wantsQuery(),
                scope.workerDeadline(call.call().deadlineNanos(), sharesClock()));
    }

    private boolean sharesClock() {
        DescriptionCodec.Introduction worker = said.get();
        return worker != null && worker.clock() != null;
    }

    private boolean wantsQuery() {
        DescriptionCodec.Introduction worker = said.get();
        return worker != null && worker.wantsQuery();
    }

    private @Nullable WorkerException refusal(SegmentCall<?> segment, ReopeningStream<?> stream) {
        Call call = segment.call();
        if (call.cancellation().isCancelled()) {
            return new WorkerException(Kind.TIMEOUT, "the call was cancelled");
        }
        WorkerException refusal = scope.refusal(call.deadlineNanos());
        if (refusal != null) {
            return refusal;
        }
        if (closed) {
            return new WorkerException(Kind.UNREACHABLE, "the link is closed");
        }
        if (scope.unsent().isFull()) {
            return full();
        }
        for (String target : targets(segment)) {
            if (QueryString.isLongerThan(MAX_PARAMETERS, target)) {
                return new WorkerException(Kind.INTERNAL, "the query has more than " + MAX_PARAMETERS + " parameters");
            }
        }
        return !stream.isOpen() && pause.isOn(scope.now())
                ? new WorkerException(Kind.UNREACHABLE, "there is no connection; the next attempt follows soon")
                : null;
    }

    /**
     * Returns the refusal of calls to a worker that does not read the calls that were already sent. Closes the
     * connection if the worker has read nothing for long.
     */
    private WorkerException full() {
        HttpConnection stuck = connection;
        if (stuck != null && scope.unsent().isStuck(scope.now())) {
            connection = null;
            PeerCheck.cut(stuck);
        }
        return new WorkerException(
                Kind.OVERLOADED, "the worker has not read " + scope.unsent().waiting() + " bytes of earlier calls");
    }

    private List<String> targets(SegmentCall<?> call) {
        if (!wantsQuery()) {
            return List.of();
        }
        return switch (call) {
            case RequestCall request -> List.of(request.request().rawPath());
            case ResponseCall response ->
                List.of(response.request().rawPath(), response.originalRequest().rawPath());
            case TrailersCall trailers ->
                List.of(
                        trailers.context().request().rawPath(),
                        trailers.context().originalRequest().rawPath());
        };
    }

    private WorkerException cannotStream() {
        return new WorkerException(
                Kind.INTERNAL,
                "the worker at " + address
                        + " does not serve the method Exchange, so it cannot stream bodies: let it serve the method,"
                        + " or use processing_mode buffered_body");
    }

    private <O> Future<SegmentResult<O>> submit(SegmentCall<O> segment, ByteString encoded) {
        Call call = segment.call();
        PendingCall<O> pending = new PendingCall<>(nextCall++, segment, encoded, scope.promise(), scope::end);
        scope.begin();
        pending.endsAt(scope.deadlines().add(call.deadlineNanos(), () -> pending.giveUp("no answer in time")));
        pending.listens(call.cancellation().onCancel(() -> pending.giveUp("the call was cancelled")));
        if (unaryOnly || encoded.size() > LARGE) {
            pending.sendUnary(client, scope);
        } else {
            pending.sendOn(calls.open());
        }
        return pending.future();
    }

    private static <O> SegmentResult<O> withoutChunks(OpenSegment<O> answered) {
        ChunkStream unasked = answered.chunks();
        if (unasked != null) {
            unasked.close();
            throw new WorkerException(
                    Kind.INVALID_ANSWER, "the worker expects chunks in a call without a streamed body");
        }
        return answered.result();
    }

    private WorkerException cannotTellEnds() {
        return new WorkerException(
                Kind.INTERNAL,
                "the worker at " + address
                        + " does not serve the method Exchange, but a policy of the chain needs it to learn the end"
                        + " of exchanges");
    }

    private <O> Future<OpenSegment<O>> open(SegmentCall<O> segment, ByteString encoded) {
        Call call = segment.call();
        ChunkTerms terms = ChunkTerms.of(said.get(), segment.endEntry() - segment.firstEntry());
        StreamedCall<O> streamed = new StreamedCall<>(nextCall++, segment, encoded, terms, scope, bodies.open());
        streamed.listens(call.cancellation().onCancel(() -> streamed.giveUp("the call was cancelled")));
        return streamed.open(call.deadlineNanos());
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        calls.exchangeEnded(end);
        bodies.exchangeEnded(end);
    }

    private void onConnection(HttpConnection connection) {
        this.connection = connection;
        // Another process, which serves streams, may be listening now.
        unaryOnly = false;
        connection.shutdownHandler(_ -> {
            calls.retire();
            bodies.retire();
        });
    }

    private void sendUnary(List<PendingCall<?>> unsupported) {
        unaryOnly = true;
        for (PendingCall<?> call : unsupported) {
            if (call.awaitsEndOf() == 0) {
                call.sendUnary(client, scope);
            } else {
                call.fail(cannotTellEnds());
            }
        }
    }

    private void refuseStreams(List<StreamedCall<?>> unsupported) {
        unaryOnly = true;
        unsupported.forEach(call -> call.fail(cannotStream()));
    }

    Future<Void> close() {
        closed = true;
        calls.close();
        bodies.close();
        return client.close();
    }

    Context context() {
        return scope.context();
    }
}
