package io.policyengine.testkit.worker;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.Objects;

/** Tracks whether a call can still be answered, since a write after a reset or a lost connection would throw. */
final class Lifeline {
    private final Context context = Objects.requireNonNull(Vertx.currentContext(), "call handlers run on a context");
    private boolean cut;

    Lifeline(GrpcServerRequest<?, ?> call) {
        call.errorHandler(error -> cut = true);
        call.exceptionHandler(error -> cut = true);
        call.response().exceptionHandler(error -> cut = true);
    }

    /** Runs an action on the call's context, unless the call has ended. */
    void run(Runnable action) {
        context.runOnContext(v -> {
            if (!cut) {
                action.run();
            }
        });
    }
}
