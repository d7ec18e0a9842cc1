package io.policyengine.core.chain;

import java.util.List;

/**
 * The outcome of a segment: the consecutive entries of a chain that a worker runs in one call.
 *
 * @param entries one per entry that was reached, in chain order; if one of them ended the segment, later entries are
 *     missing
 * @param times the times of these entries
 */
public record SegmentResult<O>(List<EntryResult<O>> entries, EntryTimes times) {
    /** Creates a result without times. */
    public SegmentResult(List<EntryResult<O>> entries) {
        this(entries, EntryTimes.UNKNOWN);
    }
}
