package io.policyengine.core.worker;

import io.policyengine.core.chain.SegmentResult;
import org.jspecify.annotations.Nullable;

/**
 * A segment (consecutive entries of a chain) that has run on the headers and waits for the body.
 *
 * @param chunks receives the body; null if no policy of the segment reads the body, or the segment ended the exchange
 */
public record OpenSegment<O>(
        SegmentResult<O> result, @Nullable ChunkStream chunks) {}
