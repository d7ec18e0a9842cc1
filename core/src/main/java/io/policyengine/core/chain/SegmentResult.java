package io.policyengine.core.chain;

import java.util.List;

/**
 * The outcome of a segment.
 *
 * @param entries one per entry that was reached, in chain order; shorter than the segment when an entry ended it
 */
public record SegmentResult<O>(List<EntryResult<O>> entries) {}
