package io.policyengine.core.chain.run;

import io.policyengine.core.chain.SegmentResult;
import org.jspecify.annotations.Nullable;

/**
 * A chain that has run on the headers and waits for the body.
 * @param chunks processes the body; null if no entry reads the body, or the chain ended the exchange
 */
public record OpenChain<O>(
        SegmentResult<O> result, @Nullable ChunkRun chunks) {}
