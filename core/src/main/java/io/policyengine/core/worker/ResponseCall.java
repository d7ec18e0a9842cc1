package io.policyengine.core.worker;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.ResponseOutcome;

/**
 * A call that runs a prepared chain, or some of its entries, on a response.
 *
 * @param firstEntry index of the first entry to run
 * @param endEntry index after the last entry to run
 * @param request the request as sent upstream; with its body if an entry reads it
 * @param originalRequest the request as the client sent it
 * @param endFollows whether the worker must be notified of the end of the exchange
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
    /** Creates a call of entries that do not read Envoy's metadata and are not notified of the end of the exchange. */
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

    @Override
    public ResponseCall cutShort() {
        return new ResponseCall(
                call.cutShort(),
                chainId,
                firstEntry,
                endEntry,
                response,
                request,
                originalRequest,
                metadata,
                envoy,
                endFollows);
    }
}
