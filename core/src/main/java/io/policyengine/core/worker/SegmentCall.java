package io.policyengine.core.worker;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;

/**
 * A call that runs a segment on a message. A segment consists of some or all entries of a prepared chain.
 *
 * @param <O> the outcome of an entry
 */
public sealed interface SegmentCall<O> permits RequestCall, ResponseCall, TrailersCall {
    Phase phase();

    /** The exchange to which the call belongs, with the call's deadline and cancellation. */
    Call call();

    long chainId();

    /** The index of the first entry to run. */
    int firstEntry();

    /** The index after the last entry to run. */
    int endEntry();

    /** The metadata of the exchange, with the changes of earlier entries. */
    Metadata metadata();

    /** The metadata of Envoy's filters in the namespaces that the entries read. */
    EnvoyMetadata envoy();

    /** True if the worker must be notified of the end of the exchange. */
    boolean endFollows();

    /** Returns a copy of this call, marked as having less than its promised time. */
    SegmentCall<O> cutShort();
}
