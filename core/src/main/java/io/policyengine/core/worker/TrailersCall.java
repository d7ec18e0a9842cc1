package io.policyengine.core.worker;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;

/**
 * A call when the trailers of a message have come: entries of the chain that ran on its headers are to run on them.
 *
 * @param phase of the chain
 * @param firstEntry index of the first entry to run
 * @param endEntry index after the last entry to run
 * @param context all that the first of them sees
 * @param endFollows whether an entry is to be told how the exchange ends
 */
public record TrailersCall(
        Phase phase, long chainId, int firstEntry, int endEntry, TrailersContext context, boolean endFollows)
        implements SegmentCall<TrailersOutcome> {
    @Override
    public Call call() {
        return context.call();
    }

    @Override
    public EnvoyMetadata envoy() {
        return context.envoy();
    }

    @Override
    public Metadata metadata() {
        return context.metadata();
    }
}
