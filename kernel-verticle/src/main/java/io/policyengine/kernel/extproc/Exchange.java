package io.policyengine.kernel.extproc;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.RequestFault;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.aggregate.BodyChunkResult;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.PhaseRun;
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
import io.policyengine.kernel.trust.ConnectionTrust;
import io.policyengine.kernel.worker.call.ExchangeReplicas;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange, seen from Envoy's filter: owns the two sides, pins a generation, and decides how the exchange ends. Belongs to
 * one event loop. Whatever way it ends, {@link #onEnd} frees what it holds.
 */
final class Exchange implements EnvoyStream.Events, RunEvents {
    /** Header fields of one message at most; Envoy itself takes 100 by default. */
    private static final int MAX_FIELDS = 10_000;

    /** Who has decided, where it was no policy. */
    static final String KERNEL = "kernel";

    private final LoopContext loop;
    private final EnvoyStream stream;
    private final long id;
    private final RequestSide request;
    private final ResponseSide response;
    private final Cancellation cancellation = new Cancellation();
    private final Lease lease;
    private final ConnectionTrust trust;
    private final Admission admission;
    private final Verdict verdict;

    private Protocol protocol = Protocol.UNTOLD;
    private @Nullable RoutePlan plan;
    private String routeName = "";
    private String requestId = "";
    private RequestView originalRequest = RequestView.absentRequest();
    private RequestView upstreamRequest = RequestView.absentRequest();
    private Metadata metadata = Metadata.empty();
    /** The request's body, as long as policies of the response phase may look at it. */
    private @Nullable RetainedBody retainedBody;

    private boolean requestBodyKept;
    private ExchangeReplicas replicas = new ExchangeReplicas(originalRequest, false);
    private long phaseDeadline;
    private boolean begun;
    private boolean refusedByEnvoy;
    private boolean ended;
    private DeadlineWheel.@Nullable Deadline awaitedBytes;

    /**
     * An exchange that begins.
     *
     * @param loop with the settings of the generation
     * @param generation pinned for the exchange
     * @param trust what is known of the Envoy behind the connection
     */
    Exchange(LoopContext loop, EnvoyStream stream, Generation generation, ConnectionTrust trust) {
        this.loop = loop;
        this.stream = stream;
        this.id = loop.shared().nextExchangeId();
        this.trust = trust;
        this.lease = new Lease(loop.shared(), generation);
        this.admission = new Admission(this, loop);
        this.verdict = new Verdict(this, loop, this::answer);
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

    RequestSide request() {
        return request;
    }

    ResponseSide response() {
        return response;
    }

    /** Whether the chains may run. */
    Admission admission() {
        return admission;
    }

    /** What is known of the Envoy that conducts it. */
    ConnectionTrust trust() {
        return trust;
    }

    /** How Envoy conducts the exchange. */
    Protocol protocol() {
        return protocol;
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
        return verdict.isOpen();
    }

    @Override
    public void onMessage(EnvoyMessage message) {
        if (!begun && EnvoyReader.isObservability(message)) {
            verdict.settle(Outcome.OBSERVED);
            stream.discard();
        }
        Message kind = EnvoyReader.kind(message);
        if (!begun && protocol.equals(Protocol.UNTOLD)) {
            // Told once, be it by a message that asks for nothing.
            protocol = EnvoyReader.protocol(message);
        }
        if (!isOpen() || kind == null) {
            message.release();
            return;
        }
        awaitNoBytes();
        if (EnvoyReader.fieldCount(message) > MAX_FIELDS) {
            violate(GrpcStatus.RESOURCE_EXHAUSTED, kind + " with more than " + MAX_FIELDS + " fields");
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

    /** A body that passes in chunks waits for its turn, as long as a phase may last; one that is gathered would hold what others need. */
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
        if (verdict.outcome() == null) {
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
        return verdict.outcome() == null && (request.isUnanswered() || response.isUnanswered());
    }

    @Override
    public void onEnd() {
        if (ended) {
            return;
        }
        Outcome decided = verdict.outcome();
        Outcome how = decided == null ? undecidedOutcome() : decided;
        if (how == Outcome.PASSED && (request.mayBeCut() || response.mayBeCut())) {
            loop.shared().log().failure(ErrorCode.POLICY_NOT_SUPPORTED, this, Admission.CUT);
            how = Outcome.FAILED;
        }
        if (decided == null && response.hasBegun()) {
            response.delivery().endedWithoutBody();
        }
        ended = true;
        verdict.settle(how);
        awaitNoBytes();
        cancellation.cancel();
        request.close();
        response.close();
        dropRequestBody();
        if (replicas.awaitsEnd()) {
            replicas.ended(verdict.end(id, response.status(), response.hasPassed(how)), loop.workers());
        }
        lease.free();
        if (!begun && how == Outcome.CANCELLED) {
            return;
        }
        loop.shared().meters().count(how);
        int calls = request.calls() + response.calls() + verdict.calls();
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
        return plan == null && !refusedByEnvoy ? Outcome.UNKNOWN_ROUTE : Outcome.PASSED;
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
        request.delivery().setMode(protocol.requestBody());
        response.delivery().setMode(protocol.responseBody());
        if (!lease.enter()) {
            refuse(Outcome.OVERLOADED, ErrorCode.OVERLOADED, "limits.max_exchanges exchanges are under way");
            return false;
        }
        plan = lease.planOf(routeName);
        if (!admitsPath(attributes) || !admitsHead(first, attributes)) {
            return false;
        }
        if (plan == null) {
            return admitUnknownRoute(kind, attributes);
        }
        removeIdentity(plan.identity());
        replicas = new ExchangeReplicas(originalRequest, plan.keepsReplicas());
        return admission.admit(plan, kind, first);
    }

    /** What a client says of who it is reaches no policy, and with the answer to the headers no upstream. */
    private void removeIdentity(IdentityFields identity) {
        HeaderMap received = originalRequest.headers();
        HeaderMap left = identity.removedFrom(received);
        if (left.size() < received.size()) {
            request.removeBesides(identity.unlistedIn(received));
            originalRequest = originalRequest.withHeaders(left);
            upstreamRequest = originalRequest;
        }
    }

    /** Whether the path is the same to every server, as far as it is told; holds on routes without policies too. */
    private boolean admitsPath(Map<String, String> attributes) {
        String path = originalRequest.path();
        String method = originalRequest.method();
        if (path.isEmpty()) {
            path = Octets.fromText(attributes.getOrDefault("request.path", ""));
            method = attributes.getOrDefault("request.method", method);
        }
        if (path.isEmpty() && loop.config().pathRules() != PathRules.OFF && !method.equals("CONNECT")) {
            loop.shared().log().pathUntold(this);
        }
        PathFault fault = path.isEmpty() ? null : loop.config().pathRules().faultIn(method, path, allowedInPath());
        if (fault == null) {
            return true;
        }
        loop.shared().log().pathRefused(this, fault);
        loop.shared().meters().pathRefused(fault);
        verdict.answer(Outcome.DENIED, loop.errorResponses().pathRefused(fault, requestId), KERNEL);
        return false;
    }

    /** Whether method and authority are written as policies and upstream both read them, as far as they are told; on every route too. */
    private boolean admitsHead(EnvoyMessage first, Map<String, String> attributes) {
        String method = originalRequest.method();
        String authority = EnvoyReader.authority(first);
        if (method.isEmpty()) {
            method = attributes.getOrDefault("request.method", "");
        }
        if (authority == null && attributes.containsKey("request.host")) {
            authority = Octets.fromText(attributes.getOrDefault("request.host", ""));
        }
        RequestFault fault = loop.config().pathRules().faultIn(method, authority);
        if (fault == null) {
            return true;
        }
        loop.shared().log().requestRefused(this, fault);
        loop.shared().meters().requestRefused(fault);
        verdict.answer(Outcome.DENIED, loop.errorResponses().requestRefused(fault, requestId), KERNEL);
        return false;
    }

    private Set<PathFault> allowedInPath() {
        return plan == null ? Set.of() : plan.allowInPath();
    }

    private boolean admitUnknownRoute(Message kind, Map<String, String> attributes) {
        // What is no proper request Envoy refuses before it looks for a route. We are shown only its answer, which
        // protects itself.
        if (!kind.isRequest() && routeName.isEmpty() && EnvoyReader.isRefusal(attributes)) {
            refusedByEnvoy = true;
            return true;
        }
        loop.shared().log().unknownRoute(this);
        return switch (loop.config().unknownRoute()) {
            case CONTINUE -> true;
            case DENY -> {
                verdict.answer(Outcome.DENIED, loop.errorResponses().unknownRoute(requestId), KERNEL);
                yield false;
            }
        };
    }

    /** Envoy is asked to send no more: it keeps the stream until the client has its answer, but nothing of it concerns us. */
    void askedToEnd() {
        admission.askedToEnd();
        lease.free();
    }

    /**
     * Gives back what it holds of the kernel once nothing is left to do: Envoy keeps the stream until the exchange ends, which takes
     * hours with a WebSocket, events or a download.
     */
    void freeIfSettled() {
        boolean endFollows = plan != null && plan.wantsEnd();
        if (isOpen() && !endFollows && response.hasBegun() && response.isSettled() && request.isSettled()) {
            lease.free();
        }
    }

    /** How Envoy sends the request body from now on. */
    BodyMode requestBodyMode() {
        return request.isOver() ? protocol.requestBody() : request.mode();
    }

    /** The request goes upstream like this. */
    void requestPassed(RequestView message) {
        upstreamRequest = message;
    }

    /** The request's body went upstream like this, and policies of the response phase look at it. */
    void keepRequestBody(RetainedBody body) {
        retainedBody = body;
        requestBodyKept = true;
    }

    /** Whether policies of the response phase look at the request's body, and it has not come. */
    boolean awaitsRequestBody() {
        return plan != null && plan.request().keepsBody() && !requestBodyKept;
    }

    /** Nobody looks at the request's body any more. */
    void dropRequestBody() {
        RetainedBody kept = retainedBody;
        retainedBody = null;
        if (kept != null) {
            kept.release();
        }
    }

    ResponseRun responseRun(FlowPlan flow, ResponseView message) {
        return new ResponseRun(
                scope(),
                flow,
                message,
                upstreamRequest,
                originalRequest,
                retainedBody == null ? null : retainedBody.body(),
                metadata);
    }

    /** Takes up what came out of a part of a chain. */
    <V> void finish(PhaseRun<V, ?, ?> run, PhaseResult<V> result, Consumer<PhaseResult.Passed<V>> pass) {
        if (!isOpen()) {
            return;
        }
        metadata = result.metadata();
        switch (result) {
            case PhaseResult.Passed<V> passed -> guarded(() -> pass.accept(passed));
            case PhaseResult.Denied<V>(ImmediateResponse denial, String by, Metadata _, int _) ->
                verdict.denied(denial, by, run::progress);
            case PhaseResult.Failed<V>(ErrorCode code, String failedAt, Metadata _, int _) ->
                verdict.failed(code, failedAt);
        }
    }

    /** All of a chain has run. */
    void chainRan(PhaseRun<?, ?, ?> run, long nanos) {
        loop.shared().log().ran(this, run::progress, nanos);
    }

    /** A policy answers the client on a chunk of the body. */
    void deniedOnBody(BodyChunkResult.Denied denied) {
        if (isOpen()) {
            verdict.denied(denied.response(), denied.deniedBy(), () -> null);
        }
    }

    /** A chunk of the body may not go on. A response that is under way breaks off: Envoy resets it. */
    void failedOnBody(BodyChunkResult.Failed failed) {
        if (isOpen()) {
            verdict.failed(failed.code(), failed.failedAt());
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
            verdict.failed(excess.code(), KERNEL);
        }
    }

    /** The engine's own answer, because the chain cannot run, or not go on. */
    void refuse(ErrorCode code, String reason) {
        refuse(Outcome.of(code), code, reason);
    }

    private void refuse(Outcome how, ErrorCode code, String reason) {
        verdict.refuse(how, code, reason, admission.isGranted());
    }

    private void answer(Verdict.ImmediateAnswer answer) {
        String contentType = originalRequest.headers().get("content-type");
        stream.write(loop.writer().immediate(answer.response(), answer.decidedBy(), metadata, contentType));
        stream.discard();
        cancellation.cancel();
        request.close();
        response.close();
        dropRequestBody();
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
        verdict.settle(how);
        stream.fail(status, problem);
        onEnd();
    }

    /** Begins a part of a chain; returns its deadline. */
    long beginPhase() {
        phaseDeadline =
                loop.ticker().nanoTime() + loop.config().limits().phaseTimeout().toNanos();
        return phaseDeadline;
    }

    /** When the part of a chain that runs now, or ran last, is of no use any more. */
    long phaseDeadline() {
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
                loop.config().pathRules(),
                allowedInPath(),
                loop.config().limits().maxStateSizeBytes(),
                routeMeters(),
                this);
    }

    RouteMeters routeMeters() {
        return plan == null ? loop.shared().unknownRoute() : plan.meters();
    }

    @Override
    public void policyFailed(
            String worker,
            PlannedEntry entry,
            EntryFailure failure,
            OnFailure action,
            Supplier<@Nullable ChainProgress> progress) {
        loop.shared().log().chainFailed(failure.code(), this, worker, entry, failure.message(), action, progress);
    }

    @Override
    public void workerFailed(
            Segment segment,
            ErrorCode code,
            WorkerException failure,
            OnFailure action,
            Supplier<@Nullable ChainProgress> progress) {
        PlannedEntry entry = segment.entries().getFirst();
        String reason = String.valueOf(failure.getMessage());
        loop.shared().log().chainFailed(code, this, segment.worker().name(), entry, reason, action, progress);
    }

    @Override
    public void bug(RuntimeException bug) {
        loop.shared().log().bug(this, bug);
        if (!ended) {
            close(Outcome.FAILED, GrpcStatus.INTERNAL, "internal error");
        }
    }
}
