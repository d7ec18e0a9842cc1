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
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.PieceResult;
import io.policyengine.kernel.aggregate.ResponseRun;
import io.policyengine.kernel.aggregate.RunEvents;
import io.policyengine.kernel.aggregate.RunScope;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.envoy.Message;
import io.policyengine.kernel.envoy.Protocol;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.worker.ExchangeReplicas;
import io.policyengine.kernel.worker.Worker;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange, seen from Envoy's filter: owns the two sides, pins a generation, and decides how the exchange ends. Belongs to
 * one event loop. Whatever way it ends, {@link #onEnd} frees what it holds.
 */
final class Exchange implements EnvoyStream.Events, RunEvents {
    /** Header fields of one message at most; Envoy itself takes 100 by default. */
    private static final int MOST_FIELDS = 10_000;

    private final Loop loop;
    private final EnvoyStream stream;
    private final long id;
    private final RequestSide request;
    private final ResponseSide response;
    private final Cancellation cancellation = new Cancellation();
    private final Lease lease;

    private Protocol protocol = Protocol.UNTOLD;
    private @Nullable RoutePlan plan;
    private String routeName = "";
    private String requestId = "";
    private RequestView originalRequest = RequestView.absentRequest();
    private RequestView upstreamRequest = RequestView.absentRequest();
    private Metadata metadata = Metadata.empty();
    private ExchangeReplicas replicas = new ExchangeReplicas(originalRequest, false);
    private long phaseDeadline;
    private int denialCalls;
    private boolean begun;
    /** Envoy was asked to send no more. */
    private boolean askedToEnd;
    /** How the exchange ends, once that is decided: nothing more is answered then. */
    private @Nullable Outcome outcome;

    /** The answer to the client is decided, and policies that are applied to it run. */
    private boolean deciding;

    private boolean admitted;
    private boolean ended;
    private DeadlineWheel.@Nullable Deadline awaitedBytes;

    Exchange(Loop loop, EnvoyStream stream) {
        this.loop = loop;
        this.stream = stream;
        this.id = loop.shared().nextExchangeId();
        this.lease = new Lease(loop.shared());
        this.request = new RequestSide(this, loop);
        this.response = new ResponseSide(this, loop);
    }

    String requestId() {
        return requestId;
    }

    String routeName() {
        return routeName;
    }

    /** What runs for the route; null if no route policy is for it. */
    @Nullable
    RoutePlan plan() {
        return plan;
    }

    RequestView originalRequest() {
        return originalRequest;
    }

    /** What policies left so far. */
    Metadata metadata() {
        return metadata;
    }

    /** Whether nothing is decided yet about how it ends. */
    boolean isOpen() {
        return outcome == null && !deciding;
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
        awaitNoBytes();
        if (EnvoyReader.fieldCount(message) > MOST_FIELDS) {
            violate(GrpcStatus.RESOURCE_EXHAUSTED, kind + " with more than " + MOST_FIELDS + " fields");
            return;
        }
        try {
            if (begun || begin(kind, message)) {
                (kind.isRequest() ? request : response).take(kind, message);
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

    /** A body that passes in pieces waits for its turn, as long as a phase may last; one that is gathered would hold what others need. */
    @Override
    public void onBudgetShortage() {
        if (begun && !request.gathers() && !response.gathers()) {
            long patience = loop.config().limits().phaseTimeout().toNanos();
            awaitedBytes = loop.deadlines().add(loop.ticker().nanoTime() + patience, this::refuseForBytes);
        } else {
            refuseForBytes();
        }
    }

    private void refuseForBytes() {
        if (outcome == null) {
            refuse(Outcome.OVERLOADED, ErrorCode.OVERLOADED, "limits.max_buffered_bytes bytes are held");
        }
    }

    private void awaitNoBytes() {
        if (awaitedBytes != null) {
            awaitedBytes.cancel();
            awaitedBytes = null;
        }
    }

    @Override
    public boolean owesAnswer() {
        return outcome == null && (request.isUnanswered() || response.isUnanswered());
    }

    @Override
    public void onEnd() {
        if (ended) {
            return;
        }
        Outcome how = outcome == null ? undecidedOutcome() : outcome;
        if (outcome == null && response.noteMissingBody(false)) {
            loop.shared().log().ignoredOverride(this);
        }
        ended = true;
        outcome = how;
        awaitNoBytes();
        cancellation.cancel();
        request.close();
        response.close();
        lease.free();
        if (!begun && how == Outcome.CANCELLED) {
            return;
        }
        loop.shared().meters().count(how);
        int calls = request.calls() + response.calls() + denialCalls;
        if (calls > 0) {
            routeMeters().callsPerExchange().record(calls);
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
        request.setMode(protocol.requestBody());
        response.setMode(protocol.responseBody());
        if (!lease.enter()) {
            refuse(Outcome.OVERLOADED, ErrorCode.OVERLOADED, "limits.max_exchanges exchanges are under way");
            return false;
        }
        Generation generation = lease.pin();
        if (generation == null) {
            refuse(ErrorCode.WORKER_UNAVAILABLE, "no generation is active yet");
            return false;
        }
        plan = generation.routes().find(routeName);
        if (plan == null) {
            return admitUnknownRoute();
        }
        replicas = new ExchangeReplicas(originalRequest, plan.keepsReplicas());
        return admit(plan, kind);
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
    private boolean admit(RoutePlan checked, Message first) {
        admitted = admitWorkers(checked)
                && (first == Message.LAST_REQUEST_HEADERS || admitBody(request, checked.request()))
                && admitBody(response, checked.response());
        return admitted;
    }

    private boolean admitWorkers(RoutePlan checked) {
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

    private boolean admitBody(Side<?> side, FlowPlan flow) {
        String misfit = side.misfit(flow.body());
        if (misfit != null) {
            refuse(ErrorCode.POLICY_NOT_SUPPORTED, misfit);
        }
        return misfit == null;
    }

    /** Whether the response chain may run now on a response of this status; if not, the exchange is refused. */
    boolean admitsResponse(int status) {
        if (!request.hasBegun() && plan != null && !plan.request().isEmpty()) {
            refuse(ErrorCode.POLICY_NOT_SUPPORTED, "Envoy sends no request headers, which a policy of the route needs");
            return false;
        }
        if (askedToEnd) {
            loop.shared().log().ignoredOverride(this);
        }
        if (request.noteMissingBody(status == 413 || status == 408)) {
            loop.shared().log().ignoredOverride(this);
            refuse(
                    ErrorCode.POLICY_NOT_SUPPORTED,
                    "the request went upstream without its body, which a policy has to see");
            return false;
        }
        return plan == null
                || plan.response().isEmpty()
                || loop.config().responsePhaseCheck() != ResponsePhaseCheck.RECHECK
                || admitWorkers(plan);
    }

    /** Why Envoy would not honour a mode override that asks for a body; null if it would, as far as is known. */
    @Nullable
    String whyNoOverride(OverrideTrust trust) {
        if (!loop.config().envoy().allowModeOverride()) {
            return "envoy.allow_mode_override is false";
        }
        if (!protocol.canOverrideMode()) {
            return "send_body_without_waiting_for_header_response or FULL_DUPLEX_STREAMED rules mode_override out";
        }
        return trust.isLost() ? "Envoy has ignored mode_override before" : null;
    }

    /** Whether nothing more of the exchange is wanted after the request headers, and Envoy can be told so. */
    boolean mayEndAfterRequestHeaders() {
        return loop.config().envoy().allowModeOverride() && protocol.canOverrideMode() && protocol.sendsNoBody();
    }

    /** Envoy is asked to send no more: it keeps the stream until the client has its answer, but nothing of it concerns us. */
    void askedToEnd() {
        askedToEnd = true;
        lease.free();
    }

    /** How Envoy sends the request body from now on. */
    BodyMode requestBodyMode() {
        return request.isOver() ? protocol.requestBody() : request.mode();
    }

    /** How Envoy sends the response body, by its configuration. */
    BodyMode responseBodyMode() {
        return protocol.responseBody();
    }

    /** The request goes upstream like this. */
    void requestPassed(RequestView message) {
        upstreamRequest = message;
    }

    ResponseRun responseRun(FlowPlan flow, ResponseView message) {
        return new ResponseRun(scope(), flow, message, upstreamRequest, originalRequest, metadata);
    }

    /** Takes up what came out of a part of a chain. */
    <V> void finish(PhaseResult<V> result, Consumer<PhaseResult.Passed<V>> pass) {
        if (!isOpen()) {
            return;
        }
        metadata = result.metadata();
        switch (result) {
            case PhaseResult.Passed<V> passed -> guarded(() -> pass.accept(passed));
            case PhaseResult.Denied<V>(ImmediateResponse denial, String by, Metadata _, int _) -> denied(denial, by);
            case PhaseResult.Failed<V>(ErrorCode code, String failedAt, Metadata _, int _) ->
                deny(Outcome.FAILED, loop.errorResponses().of(code, requestId), failedAt);
        }
    }

    /** A policy answers the client on a piece of the body. */
    void deniedOnBody(PieceResult.Denied denied) {
        if (isOpen()) {
            denied(denied.response(), denied.deniedBy());
        }
    }

    /** A piece of the body may not go on. A response that is under way breaks off: Envoy resets it. */
    void failedOnBody(PieceResult.Failed failed) {
        if (isOpen()) {
            deny(Outcome.FAILED, loop.errorResponses().of(failed.code(), requestId), failed.failedAt());
        }
    }

    /** Goes on after work off the event loop, unless the exchange is over. */
    void resume(Runnable next) {
        if (isOpen()) {
            try {
                guarded(next);
            } catch (RuntimeException bug) {
                bug(bug);
            }
        }
    }

    private void guarded(Runnable next) {
        try {
            next.run();
        } catch (PolicyException excess) {
            loop.shared().log().failure(excess.code(), this, String.valueOf(excess.getMessage()));
            deny(Outcome.FAILED, loop.errorResponses().of(excess.code(), requestId), "kernel");
        }
    }

    private void denied(ImmediateResponse denial, String by) {
        loop.shared().log().denied(this, by, denial.status(), denial.reason());
        deny(Outcome.DENIED, denial, by);
    }

    /** Answers the client after the response policies that are applied to denials, as far as the phase has time for them. */
    private void deny(Outcome how, ImmediateResponse denial, String decidedBy) {
        if (plan == null || plan.onDenial().isEmpty() || loop.ticker().nanoTime() - phaseDeadline >= 0) {
            answer(how, denial, decidedBy);
            return;
        }
        deciding = true;
        FlowPlan flow = plan.onDenial();
        ResponseView plain = new ResponseView(denial.status(), denial.headers(), null);
        ResponseRun run = responseRun(flow, plain);
        run.runTo(flow.segments().size(), false, phaseDeadline, result -> {
            denialCalls += result.calls();
            HeaderMap headers = result instanceof PhaseResult.Passed<ResponseView> passed
                            && loop.rules().check(passed.view().headers()) == null
                    ? passed.view().headers()
                    : denial.headers();
            answer(how, new ImmediateResponse(denial.status(), headers, denial.body(), denial.reason()), decidedBy);
        });
    }

    /** The engine's own answer, because the chain cannot run, or not go on. */
    void refuse(ErrorCode code, String reason) {
        refuse(Outcome.FAILED, code, reason);
    }

    private void refuse(Outcome how, ErrorCode code, String reason) {
        if (!isOpen()) {
            return;
        }
        loop.shared().log().failure(code, this, reason);
        ImmediateResponse denial = loop.errorResponses().of(code, requestId);
        if (admitted) {
            beginPhase();
            deny(how, denial, "kernel");
        } else {
            answer(how, denial, "kernel");
        }
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
            cancellation.cancel();
            request.close();
            response.close();
        }
    }

    /** Answers Envoy, unless the exchange is decided. */
    void write(EnvoyAnswer answer) {
        if (isOpen()) {
            stream.write(answer);
        }
    }

    /** Calls back when Envoy has taken enough of the answers; at once if it has. */
    void whenTaken(Runnable next) {
        if (stream.isWriteQueueFull()) {
            stream.onDrain(() -> resume(next));
        } else {
            next.run();
        }
    }

    /** Takes bytes for what is made of a message; null if there is no room for them, and the exchange is refused. */
    @Nullable
    Runnable reserve(long bytes) {
        Runnable reserved = stream.reserve(bytes);
        if (reserved == null) {
            refuseForBytes();
        }
        return reserved;
    }

    /** Calls back when the answers so far have left, or never will; at once if that is so. */
    void whenWritten(Runnable next) {
        stream.onWritten(next);
    }

    /** Lets Envoy wait before it sends more. */
    void pause() {
        stream.pause();
    }

    /** Takes messages again if none waits. */
    void resumeIfIdle() {
        if (!request.isHolding() && !response.isHolding()) {
            stream.resume();
        }
    }

    /** The peer breaks the protocol. */
    void violate(String problem) {
        violate(GrpcStatus.INVALID_ARGUMENT, problem);
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

    /** Begins a part of a chain; returns its deadline. */
    long beginPhase() {
        phaseDeadline =
                loop.ticker().nanoTime() + loop.config().limits().phaseTimeout().toNanos();
        return phaseDeadline;
    }

    RunScope scope() {
        return new RunScope(
                requestId,
                id,
                cancellation,
                loop.ticker(),
                loop.workers(),
                replicas,
                loop.rules(),
                loop.config().limits().maxStateSizeBytes(),
                routeMeters(),
                this);
    }

    RouteMeters routeMeters() {
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
