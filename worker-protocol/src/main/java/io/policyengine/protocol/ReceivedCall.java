package io.policyengine.protocol;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.SegmentCall;
import org.jspecify.annotations.Nullable;

/**
 * A call as a worker gets it.
 *
 * @param <O> what its entries decide
 * @param call its end is 0 if it runs all entries
 * @param streamsBody whether the body comes in chunks afterwards; only on the stream
 * @param takesResponseHeaders whether the kernel knows fields that are left for the response
 * @param chain the chain itself, in the place of a prepared one, or null; only in unary calls
 */
public record ReceivedCall<O>(
        SegmentCall<O> call,
        boolean streamsBody,
        boolean takesResponseHeaders,
        @Nullable ChainSpec chain) {
    /** The result without what its kernel does not know, and would take for an error. */
    public SegmentResult<O> known(SegmentResult<O> result) {
        return takesResponseHeaders ? result : PhaseCodec.of(call).withoutResponseHeaders(result);
    }
}
