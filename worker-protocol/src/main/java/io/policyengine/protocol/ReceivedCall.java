package io.policyengine.protocol;

import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.SegmentCall;
import org.jspecify.annotations.Nullable;

/**
 * A call as a worker gets it.
 *
 * @param <O> what its entries decide
 * @param call its end is 0 if it runs all entries
 * @param streamsBody whether the body comes in chunks afterwards; only on the stream
 * @param chain the chain itself, in the place of a prepared one, or null; only in unary calls
 */
public record ReceivedCall<O>(
        SegmentCall<O> call, boolean streamsBody, @Nullable ChainSpec chain) {}
