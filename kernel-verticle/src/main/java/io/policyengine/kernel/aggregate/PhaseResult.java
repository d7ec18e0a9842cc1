package io.policyengine.kernel.aggregate;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Metadata;
import java.util.Set;

/**
 * What came out of one phase's chain.
 *
 * @param <V> {@link io.policyengine.core.http.RequestView} or {@link io.policyengine.core.http.ResponseView}
 */
public sealed interface PhaseResult<V> {
    /** What policies left, up to here. */
    Metadata metadata();

    /** Worker calls that were made. */
    int calls();

    /**
     * The exchange goes on.
     *
     * @param view the message as the policies left it
     * @param touched names of the header fields that a policy changed, in lower case
     * @param reroute whether an entry that may lead to another route changed something
     */
    record Passed<V>(V view, Set<String> touched, boolean reroute, Metadata metadata, int calls)
            implements PhaseResult<V> {}

    /**
     * A policy answers the client.
     *
     * @param deniedBy the entry's name
     */
    record Denied<V>(ImmediateResponse response, String deniedBy, Metadata metadata, int calls)
            implements PhaseResult<V> {}

    /**
     * The chain failed and may not go on.
     *
     * @param failedAt the entry's name
     */
    record Failed<V>(ErrorCode code, String failedAt, Metadata metadata, int calls) implements PhaseResult<V> {}
}
