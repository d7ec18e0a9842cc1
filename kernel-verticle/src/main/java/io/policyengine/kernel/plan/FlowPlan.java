package io.policyengine.kernel.plan;

import java.util.List;

/** What runs in one phase of a route, in order: one worker call per segment. */
public record FlowPlan(List<Segment> segments) {
    /** Nothing runs. */
    public static final FlowPlan EMPTY = new FlowPlan(List.of());

    /** Whether nothing runs. */
    public boolean isEmpty() {
        return segments.isEmpty();
    }

    /** What of it is applied to the engine's own denials. */
    FlowPlan onDenial() {
        List<Segment> parts = segments.stream()
                .flatMap(segment -> segment.onDenial().stream())
                .toList();
        return parts.isEmpty() ? EMPTY : new FlowPlan(parts);
    }

    /** The number of different workers. */
    public int workers() {
        return (int) segments.stream().map(Segment::worker).distinct().count();
    }
}
