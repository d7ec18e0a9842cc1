package io.policyengine.core.worker;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestOutcome;

/**
 * A call of the request phase: a prepared chain is to run, or entries of it.
 *
 * @param firstEntry index of the first entry to run
 * @param endEntry index after the last entry to run
 * @param endFollows whether an entry is to be told how the exchange ends
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
    /** A call whose entries do not look at metadata of Envoy's, nor care how the exchange ends. */
    public RequestCall(Call call, long chainId, int firstEntry, int endEntry, RequestView request, Metadata metadata) {
        this(call, chainId, firstEntry, endEntry, request, metadata, EnvoyMetadata.empty(), false);
    }

    @Override
    public Phase phase() {
        return Phase.REQUEST;
    }
}
