package io.policyengine.kernel.remote;

import io.policyengine.core.net.GoAways;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.grpc.client.impl.GrpcClientRequestImpl;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;

/** A gRPC stream to a worker that can tell whether the worker has taken it up: Vert.x does not say which HTTP/2 stream it is. */
final class WorkerStream extends GrpcClientRequestImpl<Buffer, Buffer> {
    private final HttpClientRequest http;

    WorkerStream(HttpClientRequest http, long maxMessageBytes) {
        super(http, maxMessageBytes, false, GrpcMessageEncoder.IDENTITY, GrpcMessageDecoder.IDENTITY);
        this.http = http;
        init();
    }

    /** The meaning of its failure for what was sent on it. */
    WorkerException failure(Throwable cause) {
        boolean passedOver = GoAways.passOver(http.connection(), http.streamId());
        return new WorkerException(passedOver ? Kind.UNREACHABLE : Kind.CONNECTION_LOST, UnaryCall.describe(cause));
    }
}
