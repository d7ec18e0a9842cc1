package io.policyengine.kernel.grpc;

import com.google.protobuf.Int32Value;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.function.Supplier;

/**
 * Says by {@code grpc.health.v1.Health/Check} whether the server is ready, for balancers that choose among several. The service that the
 * client names is ignored: there is only one.
 */
public final class HealthCheck {
    /** The method's path. */
    public static final String METHOD = "/grpc.health.v1.Health/Check";

    /** HealthCheckResponse is a varint in field 1 (health.proto: ServingStatus), as this message is. */
    private static final Int32Value SERVING = Int32Value.of(1);

    private static final Int32Value NOT_SERVING = Int32Value.of(2);

    private final Vertx vertx;
    private final Supplier<Future<Boolean>> ready;

    /**
     * Answers for a server.
     *
     * @param ready asked for each call; may complete on any thread
     */
    public HealthCheck(Vertx vertx, Supplier<Future<Boolean>> ready) {
        this.vertx = vertx;
        this.ready = ready;
    }

    /** Answers a call. Whoever is not answered in time takes the server for one that is not ready. */
    public void serve(HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        GrpcResponse response = new GrpcResponse(request.response());
        request.response().closeHandler(_ -> response.abandon());
        request.response().exceptionHandler(_ -> response.abandon());
        ready.get()
                .onComplete(asked -> context.runOnContext(_ -> {
                    response.write(asked.succeeded() && asked.result() ? SERVING : NOT_SERVING);
                    response.end(GrpcStatus.OK, null);
                }));
    }
}
