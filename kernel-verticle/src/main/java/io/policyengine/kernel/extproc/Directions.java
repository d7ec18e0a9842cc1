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
 * The two directions of an exchange, and what can be said of both together.
 *
 * @param replicas that their chains have called
 */
record Directions(RequestDirection request, ResponseDirection response, ExchangeReplicas replicas) {
    /** The directions of an exchange whose first message has come. */
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
                new ExchangeReplicas(facts.original(), facts.configuredRoute(), facts.keepsReplicas(), record),
                facts.allowedInPath(),
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

    /** The check of the first message: the reason why no chain may run, or null. */
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

    /** Takes a message in its direction. */
    void take(MessageKind kind, EnvoyMessage message) {
        (kind.isRequest() ? request : response).take(kind, message);
    }

    /** True if Envoy waits for answers, or policies wait for a body. */
    boolean isUnanswered() {
        return request.isUnanswered() || response.isUnanswered();
    }

    /** True if bytes of a body pile up until it is whole. */
    boolean gathers() {
        return request.body().gathers() || response.body().gathers();
    }

    /** True if messages wait. */
    boolean isHolding() {
        return request.isHolding() || response.isHolding();
    }

    /** True if a part of a body is held back to wait for an end that may have passed without Envoy telling it. */
    boolean mayBeCut() {
        return request.mayBeCut() || response.mayBeCut();
    }

    /** True if nothing is left to do, as far as can be known before the exchange ends. */
    boolean isSettled() {
        boolean told = request.isAskedToEnd() || (response.hasBegun() && response.isSettled());
        return told && request.isSettled();
    }

    /** Worker calls that were made. */
    int calls() {
        return request.calls() + response.calls();
    }

    /** The metadata that policies have left. */
    Metadata metadata() {
        return response.metadata();
    }

    /** Reports the end to the replicas whose policies await it. */
    void tellEnd(Verdict verdict, Outcome how, long exchangeId, WorkerCalls workers) {
        if (replicas.awaitsEnd()) {
            replicas.ended(verdict.end(exchangeId, response.status(), response.hasPassed(how)), workers);
        }
    }

    /** Releases what only pending chains would read. */
    void letGo(ExchangeFacts facts) {
        request.letGo();
        response.letGo();
        facts.letGo();
    }

    /**
     * Releases everything but the facts needed to report the end: the client is answered, however long Envoy keeps the
     * stream.
     */
    void drop(ExchangeFacts facts) {
        close();
        letGo(facts);
    }

    /** Frees what both hold. */
    void close() {
        request.close();
        response.close();
    }
}
