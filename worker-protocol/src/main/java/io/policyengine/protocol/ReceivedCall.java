package io.policyengine.protocol;

import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.SegmentCall;
import org.jspecify.annotations.Nullable;

/**
 * A call as received by a worker.
 *
 * @param <O> the outcome of the call's entries
 * @param call the call; its end index is 0 if it runs all entries
 * @param streamsBody whether the body follows in chunks; only on the stream
 * @param takesResponseHeaders whether the kernel supports fields that request policies set on the response
 * @param takesTimes whether the kernel requests the times of entries
 * @param chain a chain to run instead of a prepared one, only in unary calls; otherwise null
 */
public record ReceivedCall<O>(
        SegmentCall<O> call,
        boolean streamsBody,
        boolean takesResponseHeaders,
        boolean takesTimes,
        @Nullable ChainSpec chain) {}
