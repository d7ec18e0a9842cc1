package io.policyengine.kernel.remote;

import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.protocol.CallFault;
import io.policyengine.protocol.WorkerMethod;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A unary gRPC call to a worker: one message and one answer. Confined to its event loop. */
final class UnaryCall {
    private final Promise<Buffer> answer = Promise.promise();
    private @Nullable WorkerStream request;
    private @Nullable Buffer message;

    static UnaryCall send(SocketClient client, WorkerMethod method, Buffer message) {
        return send(client, method, message, _ -> {});
    }

    /**
     * Sends a unary call.
     *
     * @param sending called when the message is written; its argument is a future that completes when the worker has
     *     read the message
     */
    static UnaryCall send(SocketClient client, WorkerMethod method, Buffer message, Consumer<Future<Void>> sending) {
        UnaryCall call = new UnaryCall();
        client.request(method).onComplete((request, failure) -> {
            if (failure != null) {
                call.answer.tryFail(new WorkerException(Kind.UNREACHABLE, describe(failure)));
            } else {
                call.begin(request, message, sending);
            }
        });
        return call;
    }

    /** Returns the answer. The future fails with {@link WorkerException}. */
    Future<Buffer> answer() {
        return answer.future();
    }

    /** Cancels the call. Its answer fails with {@code reason}, and the worker receives the cancellation. */
    void cancel(WorkerException reason) {
        if (answer.tryFail(reason) && request != null) {
            request.cancel();
        }
    }

    private void begin(WorkerStream opened, Buffer sent, Consumer<Future<Void>> sending) {
        if (answer.future().isComplete()) {
            opened.discard();
            return;
        }
        request = opened;
        opened.exceptionHandler(failure -> answer.tryFail(opened.failure(failure)));
        opened.onRefusal(answer::tryFail);
        opened.expects(sent.length());
        opened.response().onComplete((response, failure) -> {
            if (failure != null) {
                answer.tryFail(opened.failure(failure));
            } else {
                receive(response);
            }
        });
        sending.accept(opened.end(sent));
    }

    private void receive(GrpcClientResponse<Buffer, Buffer> response) {
        response.handler(received -> message = received);
        response.errorHandler(error -> lost("the worker reset the call: " + error));
        response.exceptionHandler(failure -> lost(describe(failure)));
        response.endHandler(_ -> {
            GrpcStatus status = response.status();
            Buffer received = message;
            if (status != GrpcStatus.OK) {
                answer.tryFail(new WorkerException(
                        CallFault.kindOf(status),
                        response.statusMessage() == null ? status.name() : response.statusMessage()));
            } else if (received == null) {
                answer.tryFail(new WorkerException(Kind.INVALID_ANSWER, "an answer without a message"));
            } else {
                answer.tryComplete(received);
            }
        });
    }

    private void lost(String why) {
        answer.tryFail(new WorkerException(Kind.CONNECTION_LOST, why));
    }

    static String describe(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
