package io.policyengine.core.vertx;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.grpc.client.impl.GrpcClientRequestImpl;
import io.vertx.grpc.client.impl.GrpcClientResponseImpl;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import java.util.function.BiConsumer;

/**
 * A gRPC request over an existing HTTP request. An observer receives the response's bytes before they are decoded to
 * messages. Vert.x's public gRPC client supports neither.
 */
public abstract class ObservedGrpcRequest extends GrpcClientRequestImpl<Buffer, Buffer> {
    private final HttpClientRequest http;

    protected ObservedGrpcRequest(HttpClientRequest http, long maxMessageBytes) {
        super(http, maxMessageBytes, false, GrpcMessageEncoder.IDENTITY, GrpcMessageDecoder.IDENTITY);
        this.http = http;
    }

    /**
     * Begins the request.
     *
     * @param observer receives the HTTP response before its body, and the current handler of the body's pieces, which
     *     the observer must replace
     */
    protected final void begin(BiConsumer<HttpClientResponse, Handler<Buffer>> observer) {
        init();
        response()
                .onSuccess(response ->
                        observer.accept(http.response().result(), (GrpcClientResponseImpl<Buffer, Buffer>) response));
    }
}
