package io.policyengine.kernel.extproc;

import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.aggregate.RunIdentity;
import io.policyengine.kernel.aggregate.RunScope;
import io.policyengine.kernel.body.BodyDelivery;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.MessageKind;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.Outcome;
import io.policyengine.kernel.trust.ConnectionTrust;
import io.policyengine.kernel.worker.call.ExchangeReplicas;
import io.policyengine.kernel.worker.call.WorkerCalls;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two directions of an exchange.
 *
 * @param replicas the replicas that the chains of both directions have called
 */
record Directions(RequestDirection request, ResponseDirection response, ExchangeReplicas replicas) {
    static Directions of(
            DirectionHost exchange,
            LoopContext loop,
            ExchangeFacts facts,
            ConnectionTrust trust,
            long exchangeId,
            Cancellation cancellation,
            ExchangeAccount account,
            ExchangeRecord record) {
        RunScope scope = new RunScope(
                loop.runTools(),
                new RunIdentity(facts.requestId(), exchangeId, cancellation, facts.trace()),
                new ExchangeReplicas(
                        facts.original(), facts.configuredRoute(), facts.priority(), facts.keepsReplicas(), record),
                facts.requestRules(),
                facts.meters(),
                account,
                facts.metadata(),
                new ChainFailures(loop.shared().log(), facts, exchange, record));
        BodyDelivery requestBody =
                new BodyDelivery(loop.bodies(), trust, facts.configuredRoute(), facts.protocol(), true);
        BodyDelivery responseBody =
                new BodyDelivery(loop.bodies(), trust, facts.configuredRoute(), facts.protocol(), false);
        RequestDirection request = new RequestDirection(exchange, loop, facts, scope, requestBody, responseBody);
        ResponseDirection response = new ResponseDirection(exchange, loop, facts, scope, responseBody, request, trust);
        return new Directions(request, response, scope.replicas());
    }

    /** Checks the first message of an exchange. Returns why no chain may run, or null if chains may run. */
    @Nullable
    Refusal admit(
            LoopContext loop,
            ExchangeFacts facts,
            MessageKind kind,
            EnvoyMessage first,
            Map<String, String> attributes) {
        BodyDelivery requestBody = request.body().delivery();
        BodyDelivery responseBody = response.body().delivery();
        return Admission.refusalOf(loop, facts, kind, first, attributes, requestBody, responseBody);
    }

    void take(MessageKind kind, EnvoyMessage message) {
        (kind.isRequest() ? request : response).take(kind, message);
    }

    boolean isUnanswered() {
        return request.isUnanswered() || response.isUnanswered();
    }

    boolean gathers() {
        return request.body().gathers() || response.body().gathers();
    }

    boolean isHolding() {
        return request.isHolding() || response.isHolding();
    }

    /** Returns whether policies hold back bytes until a body's end, although Envoy may not report that end. */
    boolean mayBeCut() {
        return request.mayBeCut() || response.mayBeCut();
    }

    /** Returns whether, as far as is known, the engine has nothing left to do before the exchange ends. */
    boolean isSettled() {
        boolean told = request.isAskedToEnd() || (response.hasBegun() && response.isSettled());
        return told && request.isSettled();
    }

    int calls() {
        return request.calls() + response.calls();
    }

    Metadata metadata() {
        return response.metadata();
    }

    void tellEnd(Verdict verdict, Outcome how, long exchangeId, WorkerCalls workers) {
        if (replicas.awaitsEnd()) {
            boolean hasPassed = response.hasPassed(how);
            replicas.ended(verdict.end(exchangeId, response.status(), hasPassed, response.refusalCode()), workers);
        }
    }

    /** Releases the state that only pending chains would read. */
    void release(ExchangeFacts facts) {
        request.release();
        response.release();
        facts.release();
    }

    /**
     * Releases everything except the facts needed to report the end, because Envoy may keep the stream open for long.
     */
    void drop(ExchangeFacts facts) {
        close();
        release(facts);
    }

    void close() {
        request.close();
        response.close();
    }
}
