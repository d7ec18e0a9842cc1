package io.policyengine.worker.server;

import io.policyengine.core.error.Faults;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.time.ClockReading;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.protocol.CallFault;
import io.policyengine.protocol.Deadlines;
import io.policyengine.protocol.DescriptionCodec;
import io.policyengine.protocol.DescriptionCodec.Introduction;
import io.policyengine.protocol.HealthCodec;
import io.policyengine.protocol.MalformedCallException;
import io.policyengine.protocol.MetricsCodec;
import io.policyengine.protocol.PhaseCodec;
import io.policyengine.protocol.PreparationCodec;
import io.policyengine.protocol.QuestionCodec;
import io.policyengine.protocol.ReceivedCall;
import io.policyengine.protocol.WorkerMethod;
import io.policyengine.worker.LocalLink;
import io.policyengine.worker.LocalWorker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import io.vertx.grpc.server.StatusException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The methods of {@code policyengine.worker.v1.PolicyWorker} on one event loop. The service decodes messages itself:
 * Vert.x would answer a malformed message with RST_STREAM, and kernels count resets as an attack.
 */
final class WorkerService implements Handler<GrpcServerRequest<Buffer, Buffer>> {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerService.class);

    private final LocalWorker worker;
    private final LocalLink link;
    private final LoopCalls calls;
    private final Context context;
    private final ChainOwners owners;
    private final @Nullable ProcessMetrics metrics;

    /**
     * Creates the service of an event loop.
     *
     * @param metrics the metrics of the process, or null if it has none
     */
    WorkerService(
            LocalWorker worker,
            ChainOwners owners,
            LoopCalls calls,
            @Nullable ProcessMetrics metrics,
            Context context) {
        this.metrics = metrics;
        this.worker = worker;
        this.calls = calls;
        this.owners = owners;
        this.link = worker.link();
        this.context = context;
    }

    /** A gRPC method with one request message and one response message. */
    @FunctionalInterface
    private interface Unary {
        Future<Buffer> call(Buffer message, Cancellation cancellation) throws MalformedCallException;
    }

    @Override
    public void handle(GrpcServerRequest<Buffer, Buffer> request) {
        String encoding = request.encoding();
        if (encoding != null && !encoding.equals("identity")) {
            end(request, GrpcStatus.UNIMPLEMENTED, "the worker protocol does not permit compressed messages");
            return;
        }
        WorkerMethod method = WorkerMethod.of(request.fullMethodName());
        if (method == null) {
            end(request, GrpcStatus.UNIMPLEMENTED, "there is no method " + request.fullMethodName());
            return;
        }
        switch (method) {
            case EXCHANGE -> new ServerStream(request, link.branch(), calls, context).start();
            case HEALTH_CHECK -> unary(request, (_, _) -> Future.succeededFuture(HealthCodec.encode(health())));
            case GET_WORKER_CONFIG -> unary(request, (message, _) -> describe(message));
            case PREPARE_CHAINS -> unary(request, (message, _) -> prepare(message, request.connection()));
            case RELEASE_CHAINS -> unary(request, (message, _) -> release(message));
            case ASK_POLICY -> unary(request, (message, _) -> ask(message));
            case READ_METRICS -> unary(request, (_, _) -> readMetrics());
            case EXECUTE_REQUEST -> execute(PhaseCodec.request(), request);
            case EXECUTE_RESPONSE -> execute(PhaseCodec.response(), request);
            case EXECUTE_TRAILERS -> execute(PhaseCodec.trailers(), request);
        }
    }

    private WorkerHealth health() {
        return worker.health(calls.meters().waitingCalls(), calls.meters().lastWait());
    }

    /** Returns whether a request is a policy call. The message of such a request is held until the call is over. */
    static boolean isCall(HttpServerRequest http) {
        String path = http.path();
        WorkerMethod method = path == null || path.isEmpty() ? null : WorkerMethod.of(path.substring(1));
        return method == WorkerMethod.EXECUTE_REQUEST
                || method == WorkerMethod.EXECUTE_RESPONSE
                || method == WorkerMethod.EXECUTE_TRAILERS;
    }

    private Future<Buffer> describe(Buffer message) throws MalformedCallException {
        ProtocolVersion theirs = DescriptionCodec.decodeQuestion(message);
        ProtocolVersion ours = ProtocolVersion.CURRENT;
        if (!ours.worksWith(theirs)) {
            return Future.failedFuture(new StatusException(
                    GrpcStatus.FAILED_PRECONDITION,
                    "the kernel speaks version " + theirs + " of the worker protocol, but this worker speaks " + ours));
        }
        return worker.describe()
                .map(description -> DescriptionCodec.encode(
                        new Introduction(description, true, false, ClockReading.of(worker.ticker()))));
    }

    private Future<Buffer> prepare(Buffer message, HttpConnection connection) throws MalformedCallException {
        PreparationCodec.Preparation asked = PreparationCodec.decode(message);
        return worker.prepare(asked.generation(), asked.chains()).map(prepared -> {
            owners.prepared(connection, prepared.stream().map(PreparedChain::id).toList());
            return PreparationCodec.encodeAnswer(prepared);
        });
    }

    private Future<Buffer> release(Buffer message) throws MalformedCallException {
        List<Long> ids = PreparationCodec.decodeRelease(message);
        owners.released(ids);
        return worker.release(ids).map(_ -> PreparationCodec.encodeReleased());
    }

    private Future<Buffer> ask(Buffer message) throws MalformedCallException {
        return worker.ask(QuestionCodec.decodeQuestion(message)).map(QuestionCodec::encode);
    }

    private Future<Buffer> readMetrics() {
        if (metrics == null) {
            return Future.failedFuture(new StatusException(
                    GrpcStatus.UNIMPLEMENTED,
                    "this worker has no metrics of its own; they are part" + " of the kernel's"));
        }
        Promise<Buffer> here = Contexts.promise(context);
        metrics.read().map(MetricsCodec::encode).onComplete(here);
        return here.future();
    }

    private void execute(PhaseCodec<?> phase, GrpcServerRequest<Buffer, Buffer> request) {
        long arrived = calls.ticker().nanoTime();
        unary(request, (message, cancellation) -> {
            QueuedUnary call = new QueuedUnary(phase, message, cancellation, arrived);
            calls.queue().add(call);
            cancellation.onCancel(call::cancelled);
            return call.answer.future();
        });
    }

    /** A unary call that waits for the event loop, or runs. */
    private final class QueuedUnary extends QueuedCall {
        private final PhaseCodec<?> phase;
        private final Buffer message;
        private final Cancellation cancellation;
        private final Deadlines deadlines;
        private final Promise<Buffer> answer = Promise.promise();

        QueuedUnary(PhaseCodec<?> phase, Buffer message, Cancellation cancellation, long arrived) {
            this(phase, message, cancellation, arrived, calls.deadlines().ofArrival(arrived));
        }

        private QueuedUnary(
                PhaseCodec<?> phase, Buffer message, Cancellation cancellation, long arrived, Deadlines deadlines) {
            super(arrived, PhaseCodec.deadlineOfUnary(message, deadlines), Kind.of(phase));
            this.phase = phase;
            this.message = message;
            this.cancellation = cancellation;
            this.deadlines = deadlines;
        }

        @Override
        void run() {
            WorkerService.run((encoded, gone) -> execute(phase, encoded, deadlines, gone), message, cancellation)
                    .onComplete(answer)
                    .onComplete(_ -> {
                        if (!cancellation.isCancelled()
                                && isPastDeadline(calls.ticker().nanoTime())) {
                            calls.meters().wasted();
                        }
                    });
        }

        @Override
        void refuse(String why) {
            answer.fail(new WorkerException(WorkerException.Kind.OVERLOADED, why));
        }

        private void cancelled() {
            if (!calls.queue().cancel(this) && !answer.future().isComplete()) {
                calls.meters().wasted();
            }
        }
    }

    private <O> Future<Buffer> execute(
            PhaseCodec<O> phase, Buffer message, Deadlines deadlines, Cancellation cancellation)
            throws MalformedCallException {
        ReceivedCall<O> received = phase.decodeUnary(message, deadlines, cancellation);
        SegmentCall<O> call = received.call();
        ChainSpec chain = received.chain();
        LocalLink own = link.branch();
        return (chain == null ? own.execute(call) : own.executeOnce(chain, call))
                .onComplete(_ -> own.exchangeEnded(untold(call.call())))
                .map(result -> phase.encodeUnary(phase.known(received, result)));
    }

    /**
     * Returns the end of an exchange after a unary call. It is reported as aborted, since a kernel never reports the
     * real end.
     */
    private static ExchangeEnd untold(Call call) {
        return new ExchangeEnd(call.exchangeId(), 0, true, null);
    }

    private void unary(GrpcServerRequest<Buffer, Buffer> request, Unary method) {
        Cancellation gone = new Cancellation();
        request.errorHandler(_ -> gone.cancel());
        request.exceptionHandler(_ -> gone.cancel());
        request.last().onComplete((message, unread) -> {
            if (gone.isCancelled()) {
                return;
            }
            if (unread != null || message == null) {
                end(request, GrpcStatus.INVALID_ARGUMENT, "a call must consist of one message");
                return;
            }
            run(method, message, gone).onComplete((answer, failure) -> {
                if (gone.isCancelled()) {
                    return;
                }
                if (failure == null) {
                    answer(request, answer, gone);
                } else {
                    fail(request, failure);
                }
            });
        });
    }

    private void answer(GrpcServerRequest<Buffer, Buffer> request, Buffer answer, Cancellation gone) {
        Future<Void> written = request.response().write(answer);
        calls.bytes().countUntilWritten(answer.length(), written);
        // Vert.x fails on an end while a write is queued and the stream is reset meanwhile.
        written.onComplete(_ -> {
            if (!gone.isCancelled()) {
                request.response().end();
            }
        });
    }

    private static Future<Buffer> run(Unary method, Buffer message, Cancellation gone) {
        try {
            return method.call(message, gone);
        } catch (Throwable failure) {
            Faults.rethrowFatal(failure);
            return Future.failedFuture(failure);
        }
    }

    private static void fail(GrpcServerRequest<Buffer, Buffer> request, Throwable failure) {
        switch (failure) {
            case StatusException status -> end(request, status.status(), String.valueOf(status.message()));
            case MalformedCallException malformed ->
                end(request, CallFault.INVALID_CALL.status(), String.valueOf(malformed.getMessage()));
            case WorkerException expected ->
                end(request, CallFault.of(expected).status(), String.valueOf(expected.getMessage()));
            default -> {
                LOG.atError()
                        .addKeyValue(LogFields.METHOD, request.methodName())
                        .setCause(failure)
                        .log("a call failed unexpectedly: the kernel gets an internal error");
                end(request, GrpcStatus.INTERNAL, failure.getClass().getName());
            }
        }
    }

    private static void end(GrpcServerRequest<Buffer, Buffer> request, GrpcStatus status, String message) {
        GrpcServerResponse<Buffer, Buffer> response = request.response();
        response.status(status).statusMessage(message);
        response.end();
    }
}
