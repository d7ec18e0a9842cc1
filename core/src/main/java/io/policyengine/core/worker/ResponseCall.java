package io.policyengine.core.worker;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.ResponseOutcome;

/**
 * A call of the response phase: a prepared chain is to run, or entries of it.
 *
 * @param firstEntry index of the first entry to run
 * @param endEntry index after the last entry to run
 * @param request as it was sent upstream; with its body if an entry looks at it
 * @param originalRequest as the client sent it
 * @param endFollows whether an entry is to be told how the exchange ends
 */
public record ResponseCall(
        Call call,
        long chainId,
        int firstEntry,
        int endEntry,
        ResponseView response,
        RequestView request,
        RequestView originalRequest,
        Metadata metadata,
        EnvoyMetadata envoy,
        boolean endFollows)
        implements SegmentCall<ResponseOutcome> {
    /** A call whose entries do not look at metadata of Envoy's, nor care how the exchange ends. */
    public ResponseCall(
            Call call,
            long chainId,
            int firstEntry,
            int endEntry,
            ResponseView response,
            RequestView request,
            RequestView originalRequest,
            Metadata metadata) {
        this(
                call,
                chainId,
                firstEntry,
                endEntry,
                response,
                request,
                originalRequest,
                metadata,
                EnvoyMetadata.empty(),
                false);
    }

    @Override
    public Phase phase() {
        return Phase.RESPONSE;
    }
}
