package io.policyengine.core.worker;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;

/**
 * A call that runs entries of a chain on the trailers of a message, after the chain ran on the headers.
 *
 * @param phase the phase of the chain
 * @param firstEntry index of the first entry to run
 * @param endEntry index after the last entry to run
 * @param context the input of the first entry
 * @param endFollows whether the worker must be notified of the end of the exchange
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

    @Override
    public TrailersCall cutShort() {
        return new TrailersCall(phase, chainId, firstEntry, endEntry, context.withCall(call().cutShort()), endFollows);
    }
}
