package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.envoy.ExchangeMetadata;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.trace.TraceContext;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.call.ExchangeReplicas;
import io.policyengine.kernel.worker.call.WorkerCalls;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a chain's run: the exchange, and the event loop's tools.
 *
 * @param account the exchange's memory account
 * @param envoy the metadata that Envoy's filters have sent so far
 */
public record RunScope(
        RunTools tools,
        RunIdentity identity,
        ExchangeReplicas replicas,
        RequestRules requestRules,
        RouteMeters meters,
        ExchangeAccount account,
        ExchangeMetadata envoy,
        RunEvents events) {
    Ticker ticker() {
        return tools.ticker();
    }

    WorkerCalls workers() {
        return tools.workers();
    }

    /** Returns the time allowed for a worker call that begins {@code left} nanoseconds before the end of the phase. */
    CallTime timeOf(Worker worker, long left) {
        return CallTime.of(worker.timeout(), tools.phaseTimeout(), left);
    }

    MutationRules rules() {
        return tools.rules();
    }

    Cancellation cancellation() {
        return identity.cancellation();
    }

    TraceContext trace() {
        return identity.trace();
    }

    ExchangeRecord record() {
        return events.record();
    }

    /**
     * Returns the failure if metadata and header fields together exceed the size that an exchange may keep, or null.
     *
     * @param left header fields that policies have set for the response
     */
    @Nullable
    EntryFailure excess(Metadata metadata, HeaderMap left) {
        return metadata.size() + left.octets() <= tools.maxStateSize()
                ? null
                : new EntryFailure(
                        ErrorCode.STATE_TOO_LARGE,
                        "the metadata" + (left.size() == 0 ? "" : " and the fields set for the response")
                                + " would exceed " + tools.maxStateSize() + " bytes");
    }

    /** Counts a chain that continues although one of its policies or workers failed. */
    void partial(String worker, ErrorCode code) {
        meters.partial(worker, code).increment();
    }
}
