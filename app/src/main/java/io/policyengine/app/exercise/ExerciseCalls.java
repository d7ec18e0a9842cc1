package io.policyengine.app.exercise;

import com.google.protobuf.ByteString;
import io.policyengine.app.exercise.Repertoire.Piece;
import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends the warm-up calls of an exercise to a worker on one event loop, as a kernel would. Deployment completes when
 * every call was answered correctly.
 */
final class ExerciseCalls extends VerticleBase {
    /** A body that is too large for the kernel's stream, so that its call is sent as a unary call. */
    private static final String LARGE = "x".repeat(70_000);

    private final WorkerConnector worker;
    private final Map<String, ExercisedRoute> routes;
    private long exchanges;

    ExerciseCalls(WorkerConnector worker, Map<String, ExercisedRoute> routes) {
        this.worker = worker;
        this.routes = routes;
    }

    @Override
    public Future<?> start() {
        WorkerLink link = worker.link();
        Repetition repetition = new Repetition();
        // Envoy's body mode makes no difference to a worker.
        return Future.all(
                Stream.concat(Stream.of(large()), Repertoire.pieces().stream().filter(piece -> !piece.duplex()))
                        .map(piece -> repetition.of(() -> exchange(link, piece)))
                        .toList());
    }

    private static Piece large() {
        Piece small = Repertoire.pieces().getFirst();
        return new Piece(
                small.route(),
                small.request().withHeader("x-large", LARGE),
                small.response(),
                small.status(),
                small.duplex());
    }

    private Future<?> exchange(WorkerLink link, Piece piece) {
        ExercisedRoute route = Objects.requireNonNull(routes.get(piece.route()));
        RequestView request = view(piece, route);
        Call call = new Call(
                "exercise",
                ++exchanges,
                Ticker.SYSTEM.nanoTime() + ExerciseWorker.PATIENCE.toNanos(),
                new Cancellation());
        RequestCall asked = new RequestCall(
                call, route.request().id(), 0, route.request().entries().size(), request, Metadata.empty());
        return pass(link, route, asked, piece.request().body()).compose(result -> {
            int status = status(result);
            if (status != piece.status()) {
                return Future.failedFuture("a call for route '" + piece.route() + "' was answered with " + status
                        + " instead of " + piece.status());
            }
            return status == 200 ? respond(link, route, piece, request, call).mapEmpty() : Future.succeededFuture();
        });
    }

    private static Future<?> respond(
            WorkerLink link, ExercisedRoute route, Piece piece, RequestView request, Call call) {
        ResponseView response = new ResponseView(
                piece.response().status(),
                piece.response().headers(),
                route.streams() ? null : buffer(piece.response().bodyBytes()));
        ResponseCall asked = new ResponseCall(
                call,
                route.response().id(),
                0,
                route.response().entries().size(),
                response,
                request,
                request,
                Metadata.empty());
        return pass(link, route, asked, piece.response().body()).onSuccess(ExerciseCalls::requireNoFailure);
    }

    private static RequestView view(Piece piece, ExercisedRoute route) {
        var request = piece.request();
        return new RequestView(
                request.method(),
                request.scheme(),
                request.authority(),
                request.path(),
                request.headers(),
                "127.0.0.1",
                Map.of(),
                route.streams() || request.body().isEmpty() ? null : buffer(request.bodyBytes()),
                false);
    }

    private static <O> Future<SegmentResult<O>> pass(
            WorkerLink link, ExercisedRoute route, SegmentCall<O> call, List<ByteString> body) {
        if (!route.streams()) {
            return link.execute(call);
        }
        return link.open(call)
                .compose(open -> send(open.chunks(), body, 0, call.call().deadlineNanos())
                        .map(open.result()));
    }

    private static Future<?> send(@Nullable ChunkStream chunks, List<ByteString> body, int next, long deadlineNanos) {
        if (chunks == null || next == body.size()) {
            return Future.succeededFuture();
        }
        boolean last = next == body.size() - 1;
        return chunks.send(new TimedChunk(buffer(body.get(next)), last, deadlineNanos))
                .compose(result -> result.last() || !result.failures().isEmpty()
                        ? Future.succeededFuture()
                        : send(chunks, body, next + 1, deadlineNanos));
    }

    private static Buffer buffer(ByteString octets) {
        return Buffer.buffer(octets.toByteArray());
    }

    private static int status(SegmentResult<RequestOutcome> result) {
        requireNoFailure(result);
        return result.entries().getLast()
                        instanceof EntryResult.Completed<RequestOutcome>(RequestOutcome.Respond denial)
                ? denial.response().status()
                : 200;
    }

    private static void requireNoFailure(SegmentResult<?> result) {
        if (result.entries().getLast() instanceof EntryResult.Failed<?>(EntryFailure failure)) {
            throw new IllegalStateException("a policy failed: " + failure);
        }
    }
}
