package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.callout.UnaryRequest;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Target;
import io.policyengine.core.policy.TraceParent;
import io.policyengine.core.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The access of one entry of a chain to a target. */
final class PolicyTarget implements Target {
    private final Vertx vertx;
    private final TargetUrl url;
    private final TargetClient client;
    private final CalloutMetrics.Series meters;

    PolicyTarget(Vertx vertx, String policy, TargetUrl url, TargetClient client, CalloutMetrics metrics) {
        this.vertx = vertx;
        this.url = url;
        this.client = client;
        this.meters = metrics.of(policy, client.name());
    }

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public Future<CalloutResponse> send(Call call, CalloutRequest request) {
        return ask(call, false, request).map(PolicyTarget::response);
    }

    @Override
    public Future<CalloutResponse> fetch(CalloutRequest request) {
        return ask(null, false, request).map(PolicyTarget::response);
    }

    @Override
    public Future<Buffer> unary(Call call, UnaryRequest request) {
        return ask(call, true, GrpcMessages.request(request)).map(answer -> GrpcMessages.message(name(), answer));
    }

    @Override
    public Future<Buffer> fetchUnary(UnaryRequest request) {
        return ask(null, true, GrpcMessages.request(request)).map(answer -> GrpcMessages.message(name(), answer));
    }

    private static CalloutResponse response(ServerAnswer answer) {
        return new CalloutResponse(answer.status(), answer.headerMap(), answer.body(), answer.isBodyOmitted());
    }

    private Future<ServerAnswer> ask(@Nullable Call call, boolean isGrpc, CalloutRequest request) {
        String fault = request.fault();
        if (fault != null) {
            return Future.failedFuture(CalloutException.ofRequest(Kind.MALFORMED, name(), fault));
        }
        long begun = client.ticker().nanoTime();
        Context context = vertx.getOrCreateContext();
        TraceParent trace = call == null ? null : call.trace();
        OutgoingRequest outgoing = new OutgoingRequest(client.config(), url, isGrpc, request, trace);
        Callout callout = new Callout(client, outgoing, context);
        Future<ServerAnswer> asked;
        if (Contexts.inThread(context)) {
            asked = callout.begin(call);
        } else {
            // Not in an exchange: a chain is being prepared, on a thread that may block.
            Promise<ServerAnswer> promise = Contexts.promise(context);
            Contexts.execute(context, () -> callout.begin(call).onComplete(promise));
            asked = promise.future();
        }
        return asked.onComplete(
                answer -> meters.answered(answer.status(), since(begun)),
                failure -> meters.failed(kindOf(failure), since(begun)));
    }

    private static Kind kindOf(Throwable failure) {
        return failure instanceof CalloutException known ? known.kind() : Kind.UNREACHABLE;
    }

    private Duration since(long begun) {
        return Duration.ofNanos(client.ticker().nanoTime() - begun);
    }
}
