package io.policyengine.kernel.aggregate;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.metrics.CallStatus;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The result of one phase's chain.
 *
 * @param <V> {@link io.policyengine.core.http.RequestView} or {@link io.policyengine.core.http.ResponseView}
 */
public sealed interface PhaseResult<V extends MessageView<V>> {
    /** Returns the metadata that policies have set so far. */
    Metadata metadata();

    /** The number of worker calls made. */
    int calls();

    /**
     * The policies of the phase let the message pass.
     *
     * @param view the message as the policies left it
     * @param touched names of the header fields that a policy changed, in lower case
     * @param reroute whether an entry that may change the route changed the message
     */
    record Passed<V extends MessageView<V>>(V view, Set<String> touched, boolean reroute, Metadata metadata, int calls)
            implements PhaseResult<V> {
        /**
         * Returns a copy with another message. The copy also lists the header fields that the engine itself changed.
         */
        public Passed<V> with(V changed, Set<String> touchedToo) {
            return new Passed<>(changed, touchedToo, reroute, metadata, calls);
        }
    }

    /**
     * A policy denies the message, and the client gets the policy's response.
     *
     * @param deniedBy the name of the policy's entry
     */
    record Denied<V extends MessageView<V>>(ImmediateResponse response, String deniedBy, Metadata metadata, int calls)
            implements PhaseResult<V> {}

    /**
     * The chain failed and the exchange cannot continue.
     *
     * @param failedAt the name of the failed entry
     */
    record Failed<V extends MessageView<V>>(ErrorCode code, String failedAt, Metadata metadata, int calls)
            implements PhaseResult<V> {}

    /**
     * Returns the status of a call.
     *
     * @param end the result with which the call ended the phase, or null if the chain continues
     */
    static CallStatus statusOf(@Nullable PhaseResult<?> end) {
        return switch (end) {
            case null -> CallStatus.OK;
            case Passed<?> _ -> CallStatus.OK;
            case Denied<?> _ -> CallStatus.DENIED;
            case Failed<?> failed -> CallStatus.ofEntry(failed.code());
        };
    }
}
