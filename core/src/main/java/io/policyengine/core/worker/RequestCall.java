package io.policyengine.core.worker;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestOutcome;

/**
 * A call that runs a prepared chain, or some of its entries, on a request.
 *
 * @param firstEntry index of the first entry to run
 * @param endEntry index after the last entry to run
 * @param endFollows whether the worker must be notified of the end of the exchange
 */
public record RequestCall(
        Call call,
        long chainId,
        int firstEntry,
        int endEntry,
        RequestView request,
        Metadata metadata,
        EnvoyMetadata envoy,
        boolean endFollows)
        implements SegmentCall<RequestOutcome> {
    /** Creates a call of entries that do not read Envoy's metadata and are not notified of the end of the exchange. */
    public RequestCall(Call call, long chainId, int firstEntry, int endEntry, RequestView request, Metadata metadata) {
        this(call, chainId, firstEntry, endEntry, request, metadata, EnvoyMetadata.empty(), false);
    }

    @Override
    public Phase phase() {
        return Phase.REQUEST;
    }

    @Override
    public RequestCall cutShort() {
        return new RequestCall(call.cutShort(), chainId, firstEntry, endEntry, request, metadata, envoy, endFollows);
    }
}
