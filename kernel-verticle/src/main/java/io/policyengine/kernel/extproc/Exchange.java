package io.policyengine.kernel.extproc;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.config.KernelConfig.ResponsePhaseCheck;
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
import io.policyengine.kernel.aggregate.RunEvents;
import io.policyengine.kernel.aggregate.RunScope;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.envoy.Message;
import io.policyengine.kernel.envoy.Protocol;
import io.policyengine.kernel.generation.Generation;
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
 * One HTTP exchange, seen from Envoy's filter: owns the two directions, pins a generation, and gives the only answers. Belongs
 * to one event loop. Whatever way it ends, {@link #onEnd} frees what it holds.
 */
final class Exchange implements EnvoyStream.Events, RunEvents {
    private static final ResponseView UNSEEN = new ResponseView(0, HeaderMap.empty(), null);

    private final Loop loop;
    private final EnvoyStream stream;
    private final long id;
    private final Direction request = new Direction(true);
    private final Direction response = new Direction(false);
    private final Cancellation cancellation = new Cancellation();
    private final Lease lease;

    private Protocol protocol = Protocol.UNTOLD;
    private @Nullable RoutePlan plan;
    private String routeName = "";
    private String requestId = "";
    private RequestView originalRequest = RequestView.absentRequest();
    private RequestView upstreamRequest = RequestView.absentRequest();
    private Metadata metadata = Metadata.empty();
    private long phaseDeadline;
    private int workerCalls;
    private boolean begun;
    /** Envoy was asked to send no more. */
    private boolean askedToEnd;
    /** How the exchange ends, once that is decided: nothing more is answered then. */
    private @Nullable Outcome outcome;

    private boolean ended;

    Exchange(Loop loop, EnvoyStream stream) {
        this.loop = loop;
        this.stream = stream;
        this.id = loop.shared().nextExchangeId();
        this.lease = new Lease(loop.shared());
    }

    String requestId() {
        return requestId;
    }

    String routeName() {
        return routeName;
    }

    @Override
    public void onMessage(EnvoyMessage message) {
        if (!begun && EnvoyReader.isObservability(message)) {
            outcome = Outcome.OBSERVED;
            stream.discard();
        }
        Message kind = EnvoyReader.kind(message);
        if (outcome != null || kind == null) {
            message.release();
            return;
        }
        try {
            if (begun || begin(kind, message)) {
                take(kind, message);
            } else {
                message.release();
            }
        } catch (RuntimeException bug) {
            bug(bug);
        }
    }

    @Override
    public void onInvalidMessage(GrpcStatus status, String problem) {
        violate(status, problem);
    }

    @Override
    public void onBudgetShortage() {
        refuse(Outcome.OVERLOADED, ErrorCode.OVERLOADED, "limits.max_buffered_bytes bytes are held");
    }

    @Override
    public boolean owesAnswer() {
        return outcome == null && (request.owesAnswer() || response.owesAnswer());
    }

    @Override
    public void onEnd() {
        if (ended) {
            return;
        }
        Outcome how = outcome == null ? undecidedOutcome() : outcome;
        ended = true;
        outcome = how;
        cancellation.cancel();
        lease.free();
        if (!begun && how == Outcome.CANCELLED) {
            return;
        }
        loop.shared().meters().count(how);
        if (workerCalls > 0) {
            routeMeters().callsPerExchange().record(workerCalls);
        } else if (begun) {
            routeMeters().withoutWorker().count(how.statusWithoutWorker());
        }
    }

    private Outcome undecidedOutcome() {
        if (!begun || owesAnswer()) {
            return Outcome.CANCELLED;
        }
        return plan == null ? Outcome.UNKNOWN_ROUTE : Outcome.PASSED;
    }

    /** Takes up the first message; false if the exchange is refused by it. */
    private boolean begin(Message kind, EnvoyMessage first) {
        begun = true;
        Map<String, String> attributes = EnvoyReader.attributes(first);
        if (kind.isRequest() && kind.isHeaders()) {
            originalRequest = loop.reader().request(first, attributes);
            upstreamRequest = originalRequest;
        }
        requestId = loop.requestIds().of(originalRequest);
        routeName = loop.routeNames().of(first, attributes, originalRequest, stream.initialMetadata());
        protocol = EnvoyReader.protocol(first);
        request.setBodyMode(protocol.requestBody());
        response.setBodyMode(protocol.responseBody());
        if (!lease.enter()) {
            refuse(Outcome.OVERLOADED, ErrorCode.OVERLOADED, "limits.max_exchanges exchanges are under way");
            return false;
        }
        Generation generation = lease.pin();
        if (generation == null) {
            refuse(Outcome.FAILED, ErrorCode.WORKER_UNAVAILABLE, "no generation is active yet");
            return false;
        }
        plan = generation.routes().find(routeName);
        return plan == null ? admitUnknownRoute() : admit(plan);
    }

    private boolean admitUnknownRoute() {
        loop.shared().log().unknownRoute(this);
        return switch (loop.config().unknownRoute()) {
            case CONTINUE -> true;
            case DENY -> {
                answer(Outcome.DENIED, loop.errorResponses().unknownRoute(requestId), "kernel");
                yield false;
            }
        };
    }

    /** The all-or-nothing check, before any policy runs; false if the exchange is refused. */
    private boolean admit(RoutePlan checked) {
        RoutePlan.Refusal refusal = checked.refusal();
        if (refusal != null) {
            refuse(Outcome.FAILED, refusal.code(), refusal.reason());
            return false;
        }
        Worker missing = checked.missingWorker();
        if (missing != null) {
            refuse(
                    Outcome.FAILED,
                    ErrorCode.WORKER_UNAVAILABLE,
                    "no replica of worker '" + missing + "' can be called");
            return false;
        }
        return true;
    }

    private void take(Message kind, EnvoyMessage message) {
        Direction direction = kind.isRequest() ? request : response;
        Transition.Action action = direction.take(DirectionEvent.of(kind.part()));
        switch (action) {
            case RUN_CHAIN -> {
                if (direction.isRequest()) {
                    runRequestChain();
                } else {
                    runResponseChain(message);
                }
            }
            case ANSWER_WITHOUT_HEADERS -> answerWithoutHeaders(direction, kind, message);
            case HOLD -> {
                direction.hold(kind, message);
                stream.pause();
            }
            case ANSWER_BODY, ANSWER_TRAILERS -> answerUnchanged(direction, kind, message);
            case IGNORE -> {}
            case RELEASE_HELD, DROP_HELD -> throw new IllegalStateException("a message answered the headers");
            case REFUSE -> violate(GrpcStatus.INVALID_ARGUMENT, kind + " out of order");
        }
        if (action != Transition.Action.HOLD) {
            message.release();
        }
    }

    private void runRequestChain() {
        if (plan == null || plan.request().isEmpty()) {
            answerRequestHeaders(new PhaseResult.Passed<>(originalRequest, Set.of(), false, metadata, 0));
            return;
        }
        long started = beginPhase();
        RequestRun.start(scope(), plan.request(), originalRequest, metadata, result -> {
            routeMeters().requestChain().record(loop.ticker().nanoTime() - started, TimeUnit.NANOSECONDS);
            finish(result, this::answerRequestHeaders);
        });
    }

    private void runResponseChain(EnvoyMessage message) {
        if (!request.hasBegun() && plan != null && !plan.request().isEmpty()) {
            refuse(
                    Outcome.FAILED,
                    ErrorCode.POLICY_NOT_SUPPORTED,
                    "Envoy sends no request headers, which a policy of the route needs");
            return;
        }
        if (askedToEnd) {
            loop.shared().log().ignoredOverride(this);
        }
        if (plan == null || plan.response().isEmpty()) {
            answerResponseHeaders(UNSEEN, new PhaseResult.Passed<>(UNSEEN, Set.of(), false, Metadata.empty(), 0));
            return;
        }
        if (loop.config().responsePhaseCheck() == ResponsePhaseCheck.RECHECK && !admit(plan)) {
            return;
        }
        ResponseView received = EnvoyReader.response(message);
        long started = beginPhase();
        ResponseRun.start(scope(), plan.response(), received, upstreamRequest, originalRequest, metadata, result -> {
            routeMeters().responseChain().record(loop.ticker().nanoTime() - started, TimeUnit.NANOSECONDS);
            finish(result, passed -> answerResponseHeaders(received, passed));
        });
    }

    private <V> void finish(PhaseResult<V> result, Consumer<PhaseResult.Passed<V>> pass) {
        if (outcome != null) {
            return;
        }
        metadata = result.metadata();
        workerCalls += result.calls();
        switch (result) {
            case PhaseResult.Passed<V> passed -> {
                try {
                    pass.accept(passed);
                } catch (PolicyException excess) {
                    loop.shared().log().failure(excess.code(), this, String.valueOf(excess.getMessage()));
                    deny(Outcome.FAILED, loop.errorResponses().of(excess.code(), requestId), "kernel");
                }
            }
            case PhaseResult.Denied<V>(ImmediateResponse denial, String by, Metadata _, int _) -> {
                loop.shared().log().denied(this, by, denial.status(), denial.reason());
                deny(Outcome.DENIED, denial, by);
            }
            case PhaseResult.Failed<V>(ErrorCode code, String failedAt, Metadata _, int _) ->
                deny(Outcome.FAILED, loop.errorResponses().of(code, requestId), failedAt);
        }
    }

    private void answerRequestHeaders(PhaseResult.Passed<RequestView> passed) {
        upstreamRequest = passed.view();
        boolean nothingFollows = plan == null || plan.response().isEmpty();
        askedToEnd = nothingFollows && loop.config().envoy().allowModeOverride() && protocol.canOverrideMode();
        EnvoyAnswer answer = loop.writer()
                .requestHeaders(
                        originalRequest, passed.view(), passed.touched(), metadata, passed.reroute(), askedToEnd);
        if (askedToEnd) {
            // Envoy keeps the stream until the client has its answer; nothing of it concerns us any more.
            lease.free();
        }
        headersAnswered(request, answer);
    }

    private void answerResponseHeaders(ResponseView received, PhaseResult.Passed<ResponseView> passed) {
        EnvoyAnswer answer =
                loop.writer().responseHeaders(received, passed.view(), passed.touched(), passed.metadata());
        headersAnswered(response, answer);
    }

    private void headersAnswered(Direction direction, EnvoyAnswer answer) {
        stream.write(answer);
        DirectionEvent event =
                answer.replacesMessage() ? DirectionEvent.ANSWERED_BY_REPLACEMENT : DirectionEvent.ANSWERED;
        if (direction.take(event) == Transition.Action.DROP_HELD) {
            direction.dropHeld();
        } else {
            direction.release(this::take);
        }
        stream.resume();
    }

    /** Envoy skips headers of this direction: nothing is lost unless a policy had to see them. */
    private void answerWithoutHeaders(Direction direction, Message kind, EnvoyMessage message) {
        boolean needed = plan != null && !(direction.isRequest() ? plan.request() : plan.response()).isEmpty();
        if (needed) {
            refuse(
                    Outcome.FAILED,
                    ErrorCode.POLICY_NOT_SUPPORTED,
                    "Envoy sends no headers, which a policy of the route needs");
        } else {
            answerUnchanged(direction, kind, message);
        }
    }

    private void answerUnchanged(Direction direction, Message kind, EnvoyMessage message) {
        stream.write(
                kind.part() == Message.Part.TRAILERS
                        ? loop.writer().trailersUnchanged(direction.isRequest())
                        : loop.writer().bodyUnchanged(direction.isRequest(), message, direction.bodyMode()));
    }

    /** Answers the client after the response policies that are applied to denials, as far as the phase has time for them. */
    private void deny(Outcome how, ImmediateResponse denial, String decidedBy) {
        if (plan == null || plan.onDenial().isEmpty() || loop.ticker().nanoTime() - phaseDeadline >= 0) {
            answer(how, denial, decidedBy);
            return;
        }
        ResponseView plain = new ResponseView(denial.status(), denial.headers(), null);
        ResponseRun.start(scope(), plan.onDenial(), plain, upstreamRequest, originalRequest, metadata, result -> {
            workerCalls += result.calls();
            HeaderMap headers = result instanceof PhaseResult.Passed<ResponseView> passed
                            && loop.rules().check(passed.view().headers()) == null
                    ? passed.view().headers()
                    : denial.headers();
            answer(how, new ImmediateResponse(denial.status(), headers, denial.body(), denial.reason()), decidedBy);
        });
    }

    /** The engine's own answer, by which no policy of the chain has run. */
    private void refuse(Outcome how, ErrorCode code, String reason) {
        loop.shared().log().failure(code, this, reason);
        answer(how, loop.errorResponses().of(code, requestId), "kernel");
    }

    private void answer(Outcome how, ImmediateResponse immediate, String decidedBy) {
        if (outcome == null) {
            EnvoyAnswer answer = loop.writer()
                    .immediate(
                            immediate,
                            decidedBy,
                            metadata,
                            originalRequest.headers().get("content-type"));
            outcome = how;
            stream.write(answer);
            stream.discard();
        }
    }

    private void violate(GrpcStatus status, String problem) {
        if (!ended) {
            loop.shared().log().violation(this, problem);
            close(Outcome.PROTOCOL_ERROR, status, problem);
        }
    }

    private void close(Outcome how, GrpcStatus status, String problem) {
        outcome = how;
        stream.fail(status, problem);
        onEnd();
    }

    private long beginPhase() {
        long now = loop.ticker().nanoTime();
        phaseDeadline = now + loop.config().limits().phaseTimeout().toNanos();
        return now;
    }

    private RunScope scope() {
        return new RunScope(
                requestId,
                id,
                phaseDeadline,
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
    public void workerFailed(Segment segment, ErrorCode code, WorkerException failure) {
        String policy = segment.entries().getFirst().policy();
        loop.shared().log().failure(code, this, segment.worker().name(), policy, String.valueOf(failure.getMessage()));
    }

    @Override
    public void bug(RuntimeException bug) {
        loop.shared().log().bug(this, bug);
        if (!ended) {
            close(Outcome.FAILED, GrpcStatus.INTERNAL, "internal error");
        }
    }
}
