package io.policyengine.kernel.plan;

import io.policyengine.core.policy.EndAccuracy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The plan for one phase of a route: its segments in order. Each segment is one worker call.
 *
 * @param body how the policies receive the body
 * @param bodyFrom index of the first segment that waits for the whole body; earlier segments run on the headers
 * @param maxBody maximum bytes of a buffered body
 * @param reencode whether a decoded body is encoded again
 * @param toTheEnd whether the body is requested even if no policy reads it, because a policy waits for the end of the
 *     message
 * @param keepsBody whether the body is requested, buffered and kept for policies of the response phase
 * @param unreadable the plan that is used if the body's content coding cannot be decoded; null if the message is then
 *     refused
 * @param withoutShadow the plan that is used if the body is unavailable: without the shadow entries that read it; null
 *     unless only shadow entries read the body
 */
public record FlowPlan(
        List<Segment> segments,
        BodyUse body,
        int bodyFrom,
        long maxBody,
        boolean reencode,
        boolean toTheEnd,
        boolean keepsBody,
        @Nullable FlowPlan unreadable,
        @Nullable FlowPlan withoutShadow) {
    public static final FlowPlan EMPTY = onHeaders(List.of());

    /** Returns a flow whose policies run on the headers alone. */
    public static FlowPlan onHeaders(List<Segment> segments) {
        return new FlowPlan(List.copyOf(segments), BodyUse.NONE, segments.size(), 0, true, false, false, null, null);
    }

    static FlowPlan onBody(List<Segment> segments, BodyUse body, long maxBody, boolean reencode) {
        List<Segment> parts = body == BodyUse.WHOLE ? splitAtFirstReader(segments) : segments;
        int from = body == BodyUse.WHOLE ? indexOfFirstReader(parts) : parts.size();
        boolean mayPass = segments.stream()
                .flatMap(segment -> segment.entries().stream())
                .allMatch(entry -> !entry.readsBody() || entry.passEncoded() || entry.shadow());
        FlowPlan unreadable = mayPass ? onHeaders(keep(segments, entry -> !entry.readsBody())) : null;
        return new FlowPlan(List.copyOf(parts), body, from, maxBody, reencode, false, false, unreadable, null);
    }

    /**
     * Returns a plan in which only shadow policies read the body. The message does not wait for the body's chunks, and
     * passes even without them.
     */
    static FlowPlan onBodyInShadow(List<Segment> segments) {
        FlowPlan without = onHeaders(keep(segments, entry -> !entry.readsBody()));
        return new FlowPlan(
                List.copyOf(segments),
                BodyUse.CHUNKS,
                segments.size(),
                Long.MAX_VALUE,
                true,
                false,
                false,
                without,
                without);
    }

    /** Returns a copy that requests the body, so that the engine learns when the message ends. */
    FlowPlan followed() {
        FlowPlan other = unreadable == null ? null : unreadable.followed();
        FlowPlan without = withoutShadow == null ? null : withoutShadow.followed();
        return new FlowPlan(segments, body, bodyFrom, maxBody, reencode, true, keepsBody, other, without);
    }

    /** Returns a flow that keeps its body for the response phase. A message whose body cannot be decoded is refused. */
    static FlowPlan keepingBody(List<Segment> segments, long maxBody, boolean reencode) {
        FlowPlan flow = onBody(segments, BodyUse.WHOLE, maxBody, reencode);
        return new FlowPlan(flow.segments, flow.body, flow.bodyFrom, maxBody, reencode, false, true, null, null);
    }

    private static List<Segment> splitAtFirstReader(List<Segment> segments) {
        List<Segment> parts = new ArrayList<>();
        boolean found = false;
        for (Segment segment : segments) {
            int reader = found ? -1 : segment.firstReader();
            if (reader > 0) {
                parts.add(segment.part(0, reader));
                parts.add(segment.part(reader, segment.entries().size()));
            } else {
                parts.add(segment);
            }
            found |= segment.readsBody();
        }
        return parts;
    }

    private static int indexOfFirstReader(List<Segment> segments) {
        int index = 0;
        while (index < segments.size() && !segments.get(index).readsBody()) {
            index++;
        }
        return index;
    }

    private static List<Segment> keep(List<Segment> segments, Predicate<PlannedEntry> wanted) {
        return segments.stream()
                .flatMap(segment -> segment.parts(wanted).stream())
                .toList();
    }

    /** Returns whether an enforced policy (not a shadow one) has to learn exactly when exchanges end. */
    boolean wantsExactEnd() {
        return segments.stream()
                .flatMap(segment -> segment.entries().stream())
                .anyMatch(entry -> !entry.shadow() && entry.endAccuracy() == EndAccuracy.EXACT);
    }

    /** Returns the shadow entries that are skipped when the body is unavailable. */
    public List<PlannedEntry> shadowReaders() {
        return segments.stream()
                .flatMap(segment -> segment.entries().stream())
                .filter(entry -> entry.shadow() && entry.readsBody())
                .toList();
    }

    /** Returns whether the flow can run only if Envoy sends the body. */
    public boolean demandsBody() {
        return toTheEnd || (body != BodyUse.NONE && withoutShadow == null);
    }

    boolean wantsEnd(EndAccuracy min) {
        return segments.stream().anyMatch(segment -> segment.wantsEnd(min));
    }

    /** Returns whether the flow's policies read only the trailers, and neither the headers nor the body. */
    boolean looksAtTrailersAlone() {
        return readsTrailers()
                && !needsBody()
                && !keepsBody
                && segments.stream()
                        .flatMap(segment -> segment.entries().stream())
                        .allMatch(PlannedEntry::withoutResponseHeaders);
    }

    /** Returns whether all policies that wait for the end of exchanges work without the response's status. */
    boolean endsWithoutStatus() {
        return segments.stream()
                .flatMap(segment -> segment.entries().stream())
                .allMatch(entry -> entry.endAccuracy() == EndAccuracy.NONE || entry.withoutResponseHeaders());
    }

    public boolean needsBody() {
        return toTheEnd || body != BodyUse.NONE;
    }

    public boolean readsTrailers() {
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).readsTrailers()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns whether Envoy itself may create the trailers at the end of a body that a policy reads in chunks. Envoy
     * may do so if its metadata replaces the body for a policy that is called with the trailers. Bytes that policies
     * hold back must then be sent before the trailers.
     */
    public boolean endsWithMadeTrailers() {
        return body == BodyUse.CHUNKS
                && segments.stream()
                        .flatMap(segment -> segment.entries().stream())
                        .anyMatch(entry -> entry.withoutBody() && entry.readsTrailers());
    }

    /**
     * Returns whether an enforced policy reads trailers. A message whose trailers Envoy does not send must then be
     * refused.
     */
    public boolean demandsTrailers() {
        return readsTrailers()
                && segments.stream()
                        .flatMap(segment -> segment.entries().stream())
                        .anyMatch(entry -> entry.readsTrailers() && !entry.shadow());
    }

    /**
     * Returns the plan of the policies that are called with the trailers.
     *
     * @param hasRun returns whether an entry has run on the headers
     */
    public FlowPlan onTrailers(Predicate<PlannedEntry> hasRun) {
        return onHeaders(keep(segments, entry -> entry.readsTrailers() && hasRun.test(entry)));
    }

    /** Returns whether no policy runs and no body is kept. */
    public boolean isEmpty() {
        return segments.isEmpty() && !keepsBody;
    }

    /**
     * Returns the part of the plan for the engine's own denials: the enforced policies that run on the headers alone.
     */
    FlowPlan onDenial() {
        List<Segment> parts = keep(
                segments,
                entry -> entry.onDenial() && !entry.readsBody() && !entry.keepsRequestBody() && !entry.shadow());
        return parts.isEmpty() ? EMPTY : onHeaders(parts);
    }

    /** Returns the number of different workers that the flow calls. */
    public int workers() {
        return (int) segments.stream().map(Segment::worker).distinct().count();
    }
}
