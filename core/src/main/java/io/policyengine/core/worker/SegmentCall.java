package io.policyengine.core.worker;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;

/**
 * A call of a segment: entries of a prepared chain are to run on a message.
 *
 * @param <O> what each of them decides, which is of the call's phase
 */
public sealed interface SegmentCall<O> permits RequestCall, ResponseCall, TrailersCall {
    /** The phase of the chain. */
    Phase phase();

    /** The exchange, its deadline, and whether anybody waits any more. */
    Call call();

    /** The chain, as it was prepared. */
    long chainId();

    /** The index of the first entry to run. */
    int firstEntry();

    /** The index after the last entry to run. */
    int endEntry();

    /** Metadata of the exchange as earlier entries left it. */
    Metadata metadata();

    /** The metadata that Envoy's filters left in the namespaces that its entries look at. */
    EnvoyMetadata envoy();

    /** True if an entry awaits the end of the exchange. */
    boolean endFollows();
}
