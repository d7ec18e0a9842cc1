package io.policyengine.protocol;

import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.SegmentCall;
import org.jspecify.annotations.Nullable;

/**
 * A call as received by a worker.
 *
 * @param <O> the outcome of its entries
 * @param call with an end index of 0 if it runs all entries
 * @param streamsBody whether the body follows in chunks; only on the stream
 * @param takesResponseHeaders whether the kernel supports fields left for the response
 * @param takesTimes whether the kernel wants the times of entries
 * @param chain the chain itself in place of a prepared one, or null; only in unary calls
 */
public record ReceivedCall<O>(
        SegmentCall<O> call,
        boolean streamsBody,
        boolean takesResponseHeaders,
        boolean takesTimes,
        @Nullable ChainSpec chain) {}
