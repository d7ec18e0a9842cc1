package io.policyengine.kernel.extproc;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.config.KernelConfig.ResponsePhaseCheck;
import io.policyengine.core.config.KernelConfig.UnknownRoute;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.RequestRun;
import io.policyengine.kernel.aggregate.ResponseRun;
import io.policyengine.kernel.aggregate.RunLog;
import io.policyengine.kernel.aggregate.RunScope;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.envoy.Message;
import io.policyengine.kernel.envoy.Protocol;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.metrics.CallStatus;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.worker.Worker;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange, seen from Envoy's filter: owns the two directions, pins a generation from its first message to its end, and
 * gives the only answers. Belongs to one event loop. Whatever way it ends, {@link #onEnd} frees what it holds.
 */
final class Exchange implements EnvoyStream.Events, RunLog {
    private final Loop loop;
    private final EnvoyStream stream;
    private final long id;
    private final Direction request = new Direction(true);
    private final Direction response = new Direction(false);
    private final Cancellation cancellation = new Cancellation();

    private Protocol protocol = Protocol.UNTOLD;
    private @Nullable Generation generation;
    private @Nullable RoutePlan plan;
    private String routeName = "";
    private String requestId = "";
    private RequestView originalRequest = RequestView.absentRequest();
    private RequestView upstreamRequest = RequestView.absentRequest();
    private Metadata metadata = Metadata.empty();
    private int workerCalls;
    private boolean begun;
    private boolean askedToEnd;
    /** The client has its answer: nothing more may be written. */
    private boolean answered;

    private Exchange(Loop loop, EnvoyStream stream) {
        this.loop = loop;
        this.stream = stream;
        this.id = loop.shared().nextExchangeId();
    }

    static Exchange begin(Loop loop, EnvoyStream stream) {
        return new Exchange(loop, stream);
    }

    String requestId() {
        return requestId;
    }

    String routeName() {
        return routeName;
    }

    @Override
    public void onMessage(EnvoyMessage message) {
        if (answered || EnvoyReader.isObservability(message)) {
            observe();
            return;
        }
        Message kind = EnvoyReader.kind(message);
        if (kind == null) {
            return;
        }
        try {
            if (!begun && !begin(kind, message)) {
                return;
            }
            take(kind, message);
        } catch (RuntimeException bug) {
            bug(bug);
            failInternally();
        }
    }

    @Override
    public void onInvalidMessage(boolean tooLarge, String problem) {
        loop.shared().meters().violated().increment();
        loop.shared().log().violation(this, problem);
        close(tooLarge ? GrpcStatus.RESOURCE_EXHAUSTED : GrpcStatus.INVALID_ARGUMENT, problem);
    }

    @Override
    public void onEnd() {
        cancellation.cancel();
        Generation pinned = generation;
        if (pinned != null) {
            generation = null;
            pinned.unpin();
        }
        if (begun) {
            loop.shared().leave();
            if (!answered) {
                answered = true;
                loop.shared().meters().passed().increment();
            }
            if (workerCalls > 0) {
                routeMeters().callsPerExchange().record(workerCalls);
            } else {
                routeMeters().withoutWorker().count(CallStatus.OK);
            }
        }
    }

    /** Takes up the first message; false if the exchange is refused by it. */
    private boolean begin(Message kind, EnvoyMessage first) {
        Map<String, String> attributes = EnvoyReader.attributes(first);
        if (kind.isRequest() && isHeaders(kind)) {
            originalRequest = loop.reader().request(first, attributes);
            upstreamRequest = originalRequest;
        }
        requestId = loop.requestIds().of(originalRequest);
        routeName = loop.routeNames().of(first, attributes, originalRequest, stream.initialMetadata());
        protocol = EnvoyReader.protocol(first);
        request.setBodyMode(protocol.requestBody());
        response.setBodyMode(protocol.responseBody());
        if (!loop.shared().enter()) {
            loop.shared().meters().overloaded().increment();
            refuse(ErrorCode.OVERLOADED, "limits.max_exchanges exchanges are under way");
            return false;
        }
        begun = true;
        generation = pin();
        plan = generation == null ? null : generation.routes().find(routeName);
        return admit();
    }

    private @Nullable Generation pin() {
        while (true) {
            Generation current = loop.shared().generations().current();
            if (current == null || current.tryPin()) {
                return current;
            }
        }
    }

    /** The all-or-nothing check, before any policy runs; false if the exchange is refused. */
    private boolean admit() {
        if (generation == null) {
            refuse(ErrorCode.WORKER_UNAVAILABLE, "no generation is active yet");
            return false;
        }
        if (plan == null) {
            loop.shared().meters().unknownRoute().increment();
            loop.shared().log().unknownRoute(this);
            if (loop.config().unknownRoute() == UnknownRoute.DENY) {
                answer(loop.errorResponses().unknownRoute(requestId), "kernel");
                loop.shared().meters().denied().increment();
                return false;
            }
            return true;
        }
        return checkPlan(plan);
    }

    private boolean checkPlan(RoutePlan checked) {
        RoutePlan.Refusal refusal = checked.refusal();
        if (refusal != null) {
            refuse(refusal.code(), refusal.reason());
            return false;
        }
        Worker missing = checked.missingWorker();
        if (missing != null) {
            refuse(ErrorCode.WORKER_UNAVAILABLE, "no replica of worker '" + missing + "' can be called");
            return false;
        }
        return true;
    }

    private void take(Message kind, EnvoyMessage message) {
        Direction direction = kind.isRequest() ? request : response;
        switch (direction.take(DirectionEvent.of(kind.part()))) {
            case RUN_CHAIN -> {
                if (direction.isRequest()) {
                    runRequestChain();
                } else {
                    runResponseChain(message);
                }
            }
            case ANSWER_WITHOUT_HEADERS -> answerWithoutHeaders(direction, kind, message);
            case HOLD -> direction.hold(kind, message);
            case ANSWER_BODY ->
                stream.write(loop.writer().bodyUnchanged(direction.isRequest(), message, direction.bodyMode()));
            case ANSWER_TRAILERS -> stream.write(loop.writer().trailersUnchanged(direction.isRequest()));
            case RELEASE_HELD -> throw new IllegalStateException("a message released what was held");
            case REFUSE -> violate(kind + " out of order");
        }
    }

    private void runRequestChain() {
        if (plan == null || plan.request().isEmpty()) {
            answerRequestHeaders(new PhaseResult.Passed<>(originalRequest, Set.of(), false, metadata, 0));
            return;
        }
        long started = loop.ticker().nanoTime();
        RequestRun.start(scope(started), plan.request(), originalRequest, metadata, result -> {
            routeMeters().requestChain().record(loop.ticker().nanoTime() - started, TimeUnit.NANOSECONDS);
            finish(result, this::answerRequestHeaders);
        });
    }

    private void runResponseChain(EnvoyMessage message) {
        if (!request.hasBegun() && plan != null && !plan.request().isEmpty()) {
            refuse(ErrorCode.POLICY_NOT_SUPPORTED, "Envoy sends no request headers, which a policy of the route needs");
            return;
        }
        if (askedToEnd) {
            loop.shared().log().ignoredOverride(this);
        }
        if (plan == null || plan.response().isEmpty()) {
            ResponseView untouched = new ResponseView(0, HeaderMap.empty(), null);
            answerResponseHeaders(untouched, new PhaseResult.Passed<>(untouched, Set.of(), false, Metadata.empty(), 0));
            return;
        }
        if (loop.config().responsePhaseCheck() == ResponsePhaseCheck.RECHECK && !checkPlan(plan)) {
            return;
        }
        ResponseView received = EnvoyReader.response(message);
        long started = loop.ticker().nanoTime();
        ResponseRun.start(
                scope(started), plan.response(), received, upstreamRequest, originalRequest, metadata, result -> {
                    routeMeters().responseChain().record(loop.ticker().nanoTime() - started, TimeUnit.NANOSECONDS);
                    finish(result, passed -> answerResponseHeaders(received, passed));
                });
    }

    private <V> void finish(PhaseResult<V> result, Consumer<PhaseResult.Passed<V>> pass) {
        if (answered) {
            return;
        }
        metadata = result.metadata();
        workerCalls += result.calls();
        switch (result) {
            case PhaseResult.Passed<V> passed -> {
                try {
                    pass.accept(passed);
                } catch (PolicyException excess) {
                    loop.shared().log().failure(excess.code(), this, null, null, String.valueOf(excess.getMessage()));
                    deny(loop.errorResponses().of(excess.code(), requestId), "kernel");
                    loop.shared().meters().failed().increment();
                }
            }
            case PhaseResult.Denied<V> denied -> {
                loop.shared()
                        .log()
                        .denied(
                                this,
                                denied.deniedBy(),
                                denied.response().status(),
                                denied.response().reason());
                deny(denied.response(), denied.deniedBy());
                loop.shared().meters().denied().increment();
            }
            case PhaseResult.Failed<V> failed -> {
                deny(loop.errorResponses().of(failed.code(), requestId), failed.failedAt());
                loop.shared().meters().failed().increment();
            }
        }
    }

    private void answerRequestHeaders(PhaseResult.Passed<RequestView> passed) {
        upstreamRequest = passed.view();
        boolean nothingFollows = plan == null || plan.response().isEmpty();
        askedToEnd = nothingFollows && loop.config().envoy().allowModeOverride() && protocol.canOverrideMode();
        stream.write(loop.writer()
                .requestHeaders(
                        originalRequest, passed.view(), passed.touched(), metadata, passed.reroute(), askedToEnd));
        headersAnswered(request);
    }

    private void answerResponseHeaders(ResponseView received, PhaseResult.Passed<ResponseView> passed) {
        stream.write(loop.writer().responseHeaders(received, passed.view(), passed.touched(), passed.metadata()));
        headersAnswered(response);
    }

    private void headersAnswered(Direction direction) {
        if (direction.take(DirectionEvent.ANSWERED) != Transition.Action.RELEASE_HELD) {
            throw new IllegalStateException("headers answered out of turn");
        }
        direction.release(this::take);
    }

    /** Envoy skips headers of this direction: nothing is lost unless a policy had to see them. */
    private void answerWithoutHeaders(Direction direction, Message kind, EnvoyMessage message) {
        boolean needed = plan != null && !(direction.isRequest() ? plan.request() : plan.response()).isEmpty();
        if (needed) {
            refuse(ErrorCode.POLICY_NOT_SUPPORTED, "Envoy sends no headers, which a policy of the route needs");
        } else if (kind.part() == Message.Part.TRAILERS) {
            stream.write(loop.writer().trailersUnchanged(direction.isRequest()));
        } else {
            stream.write(loop.writer().bodyUnchanged(direction.isRequest(), message, direction.bodyMode()));
        }
    }

    /** Answers the client after the response policies that are applied to denials. */
    private void deny(ImmediateResponse denial, String decidedBy) {
        if (plan == null || plan.onDenial().isEmpty()) {
            answer(denial, decidedBy);
            return;
        }
        ResponseView view = new ResponseView(denial.status(), denial.headers(), null);
        ResponseRun.start(
                scope(loop.ticker().nanoTime()),
                plan.onDenial(),
                view,
                upstreamRequest,
                originalRequest,
                metadata,
                result -> {
                    workerCalls += result.calls();
                    boolean applied = result instanceof PhaseResult.Passed<ResponseView>;
                    ResponseView after =
                            result instanceof PhaseResult.Passed<ResponseView> passed ? passed.view() : view;
                    answer(
                            applied
                                    ? new ImmediateResponse(
                                            denial.status(), after.headers(), denial.body(), denial.reason())
                                    : denial,
                            decidedBy);
                });
    }

    /** The engine's own answer, by which no policy of the chain has run. */
    private void refuse(ErrorCode code, String reason) {
        loop.shared().log().failure(code, this, null, null, reason);
        answer(loop.errorResponses().of(code, requestId), "kernel");
        loop.shared().meters().failed().increment();
    }

    private void answer(ImmediateResponse immediate, String decidedBy) {
        if (!answered) {
            answered = true;
            String contentType = originalRequest.headers().get("content-type");
            boolean grpc = contentType != null && contentType.startsWith("application/grpc");
            stream.write(loop.writer().immediate(immediate, decidedBy, metadata, grpc));
        }
    }

    private void violate(String problem) {
        loop.shared().meters().violated().increment();
        loop.shared().log().violation(this, problem);
        close(GrpcStatus.INVALID_ARGUMENT, problem);
    }

    private void failInternally() {
        loop.shared().meters().failed().increment();
        close(GrpcStatus.INTERNAL, "internal error");
    }

    private void close(GrpcStatus status, String problem) {
        answered = true;
        stream.fail(status, problem);
        onEnd();
    }

    private void observe() {
        if (!begun && !answered) {
            answered = true;
            loop.shared().meters().observed().increment();
        }
    }

    private RunScope scope(long now) {
        return new RunScope(
                requestId,
                id,
                now + loop.config().limits().phaseTimeout().toNanos(),
                cancellation,
                loop.ticker(),
                loop.workers(),
                loop.rules(),
                loop.config().limits().maxStateSizeBytes(),
                routeMeters(),
                this);
    }

    private RouteMeters routeMeters() {
        return plan == null ? loop.shared().unknownRoute() : plan.meters();
    }

    @Override
    public void policyFailed(String worker, PlannedEntry entry, EntryFailure failure) {
        loop.shared().log().failure(failure.code(), this, worker, entry.policy(), failure.message());
    }

    @Override
    public void workerFailed(Segment segment, WorkerException failure) {
        ErrorCode code = failure.kind() == WorkerException.Kind.OVERLOADED
                ? ErrorCode.OVERLOADED
                : failure.kind() == WorkerException.Kind.TIMEOUT
                        ? ErrorCode.WORKER_TIMEOUT
                        : ErrorCode.WORKER_UNAVAILABLE;
        loop.shared()
                .log()
                .failure(
                        code,
                        this,
                        segment.worker().name(),
                        segment.entries().getFirst().policy(),
                        String.valueOf(failure.getMessage()));
    }

    @Override
    public void bug(Throwable bug) {
        loop.shared().log().bug(this, bug);
    }

    private static boolean isHeaders(Message kind) {
        return kind.part() == Message.Part.HEADERS || kind.part() == Message.Part.LAST_HEADERS;
    }
}
