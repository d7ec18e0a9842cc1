package io.policyengine.worker.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.Unpooled;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.GetWorkerConfigRequest;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.ReleaseChainsRequest;
import io.policyengine.proto.worker.v1.ReleaseChainsResponse;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.worker.LocalLink;
import io.policyengine.worker.LocalWorker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import io.vertx.grpc.server.StatusException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The methods of {@code policyengine.worker.v1.PolicyWorker} on one event loop. Decodes by itself: Vert.x answers a message
 * that does not decode with RST_STREAM, which a kernel counts as an attack.
 */
final class WorkerService implements Handler<GrpcServerRequest<Buffer, Buffer>> {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerService.class);
    private static final String NAME = "policyengine.worker.v1.PolicyWorker/";

    private final LocalWorker worker;
    private final LocalLink link;
    private final CallDecoder decoder;
    private final Context context;
    private final ChainOwners owners;

    WorkerService(LocalWorker worker, ChainOwners owners, Context context) {
        this.worker = worker;
        this.owners = owners;
        this.link = worker.link();
        this.decoder = new CallDecoder(worker.ticker(), worker.options().requestTimeout());
        this.context = context;
    }

    /** A method that takes one message and answers with one. */
    @FunctionalInterface
    private interface Unary {
        Future<? extends MessageLite> call(ByteString message, Cancellation cancellation) throws MalformedCallException;
    }

    @Override
    public void handle(GrpcServerRequest<Buffer, Buffer> request) {
        String encoding = request.encoding();
        if (encoding != null && !encoding.equals("identity")) {
            end(request, GrpcStatus.UNIMPLEMENTED, "the worker protocol knows no compression");
            return;
        }
        switch (request.fullMethodName()) {
            case NAME + "Exchange" -> new CallStream(request, link.branch(), decoder, context).start();
            case NAME + "HealthCheck" ->
                unary(request, (_, _) -> Future.succeededFuture(ControlCodec.health(worker.health())));
            case NAME + "GetWorkerConfig" -> unary(request, (message, _) -> describe(message));
            case NAME + "PrepareChains" -> unary(request, (message, _) -> prepare(message, request.connection()));
            case NAME + "ReleaseChains" -> unary(request, (message, _) -> release(message));
            case NAME + "ExecuteRequest" -> unary(request, this::executeRequest);
            case NAME + "ExecuteResponse" -> unary(request, this::executeResponse);
            default -> end(request, GrpcStatus.UNIMPLEMENTED, "there is no method " + request.fullMethodName());
        }
    }

    private Future<? extends MessageLite> describe(ByteString message) throws MalformedCallException {
        var theirs = ControlCodec.version(
                CallDecoder.parse(GetWorkerConfigRequest.parser(), message).getProtocolVersion());
        var ours = io.policyengine.core.worker.ProtocolVersion.CURRENT;
        if (!ours.worksWith(theirs)) {
            return Future.failedFuture(new StatusException(
                    GrpcStatus.FAILED_PRECONDITION,
                    "the kernel speaks version " + theirs + " of the worker protocol, this worker speaks " + ours));
        }
        return worker.describe().map(ControlCodec::config);
    }

    private Future<? extends MessageLite> prepare(ByteString message, HttpConnection connection)
            throws MalformedCallException {
        PrepareChainsRequest request = CallDecoder.parse(PrepareChainsRequest.parser(), message);
        return worker.prepare(request.getGeneration(), ControlCodec.chains(request.getChainsList()))
                .map(prepared -> {
                    owners.prepared(
                            connection, prepared.stream().map(PreparedChain::id).toList());
                    PrepareChainsResponse.Builder response = PrepareChainsResponse.newBuilder();
                    prepared.forEach(chain -> response.addChains(ControlCodec.prepared(chain)));
                    return response.build();
                });
    }

    private Future<? extends MessageLite> release(ByteString message) throws MalformedCallException {
        ReleaseChainsRequest request = CallDecoder.parse(ReleaseChainsRequest.parser(), message);
        owners.released(request.getIdsList());
        return worker.release(request.getIdsList()).map(_ -> ReleaseChainsResponse.getDefaultInstance());
    }

    private Future<? extends MessageLite> executeRequest(ByteString message, Cancellation cancellation)
            throws MalformedCallException {
        RequestCall call = CallDecoder.parse(RequestCall.parser(), message);
        requireNoStream(call.getContext());
        var decoded = decoder.request(call, cancellation);
        LocalLink own = link.branch();
        var result = call.getContext().hasChain()
                ? own.executeOnce(ControlCodec.chain(call.getContext().getChain()), decoded)
                : own.execute(decoded);
        return result.onComplete(_ -> own.exchangeEnded(untold(call.getContext())))
                .map(ResultEncoder::request);
    }

    private Future<? extends MessageLite> executeResponse(ByteString message, Cancellation cancellation)
            throws MalformedCallException {
        ResponseCall call = CallDecoder.parse(ResponseCall.parser(), message);
        requireNoStream(call.getContext());
        var decoded = decoder.response(call, cancellation);
        LocalLink own = link.branch();
        var result = call.getContext().hasChain()
                ? own.executeOnce(ControlCodec.chain(call.getContext().getChain()), decoded)
                : own.execute(decoded);
        return result.onComplete(_ -> own.exchangeEnded(untold(call.getContext())))
                .map(ResultEncoder::response);
    }

    /** Nobody tells the end of an exchange that has come by a unary call. */
    private static ExchangeEnd untold(CallContext context) {
        return new ExchangeEnd(context.getExchangeId(), 0, true, null);
    }

    private static void requireNoStream(CallContext context) throws MalformedCallException {
        if (context.getStreamsBody()) {
            throw new MalformedCallException("streams_body is for calls of an Exchange stream");
        }
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
                end(request, GrpcStatus.INVALID_ARGUMENT, "a call needs one message");
                return;
            }
            run(method, bytes(message), gone).onComplete((answer, failure) -> {
                if (gone.isCancelled()) {
                    return;
                }
                if (failure == null) {
                    // Vert.x fails on an end while a write is queued and the stream is reset meanwhile.
                    request.response().write(buffer(answer)).onComplete(_ -> {
                        if (!gone.isCancelled()) {
                            request.response().end();
                        }
                    });
                } else {
                    fail(request, failure);
                }
            });
        });
    }

    private static Future<? extends MessageLite> run(Unary method, ByteString message, Cancellation gone) {
        try {
            return method.call(message, gone);
        } catch (MalformedCallException | RuntimeException failure) {
            return Future.failedFuture(failure);
        }
    }

    private static void fail(GrpcServerRequest<Buffer, Buffer> request, Throwable failure) {
        switch (failure) {
            case StatusException status -> end(request, status.status(), String.valueOf(status.message()));
            case MalformedCallException malformed ->
                end(request, GrpcStatus.INVALID_ARGUMENT, String.valueOf(malformed.getMessage()));
            case WorkerException expected -> end(request, statusOf(expected), String.valueOf(expected.getMessage()));
            default -> {
                LOG.atError()
                        .addKeyValue("method", request.methodName())
                        .setCause(failure)
                        .log("a call could not be run");
                end(request, GrpcStatus.INTERNAL, failure.getClass().getName());
            }
        }
    }

    private static GrpcStatus statusOf(WorkerException failure) {
        return switch (failure.kind()) {
            case OVERLOADED -> GrpcStatus.RESOURCE_EXHAUSTED;
            case UNKNOWN_CHAIN -> GrpcStatus.NOT_FOUND;
            case TIMEOUT -> GrpcStatus.DEADLINE_EXCEEDED;
            case UNREACHABLE, CONNECTION_LOST, INVALID_ANSWER, INCOMPATIBLE, INTERNAL -> GrpcStatus.INTERNAL;
        };
    }

    private static void end(GrpcServerRequest<Buffer, Buffer> request, GrpcStatus status, String message) {
        GrpcServerResponse<Buffer, Buffer> response = request.response();
        response.status(status).statusMessage(message);
        response.end();
    }

    /** The same bytes, of a message or a body: nobody changes them any more. */
    static ByteString bytes(Buffer buffer) {
        return UnsafeByteOperations.unsafeWrap(
                ((BufferInternal) buffer).getByteBuf().nioBuffer());
    }

    static Buffer buffer(MessageLite message) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(message.toByteArray()));
    }
}
