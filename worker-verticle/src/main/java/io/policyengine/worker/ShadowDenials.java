package io.policyengine.worker;

import io.policyengine.core.chain.run.ShadowDenial;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.WorkerControl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The newest denials by a worker's entries in shadow mode. Such denials have no effect on requests. At most
 * {@value #MAX} are kept: a further denial replaces the oldest denial of the entry with the most denials, so that a
 * flooded entry leaves room for all others. Thread-safe.
 */
final class ShadowDenials {
    /** Maximum number of denials by entries in shadow mode that a worker keeps. */
    static final int MAX = 1_000;

    /** The denials of each entry that has any. They change only within an atomic operation of the map. */
    private final ConcurrentMap<Place, Shelf> shelves = new ConcurrentHashMap<>();

    private final AtomicInteger count = new AtomicInteger();

    /** An entry of a chain. */
    record Place(String route, String entry, String policy, Phase phase) {}

    private record Kept(Instant time, String requestId, ShadowDenial denial) {
        ObjectNode json(Place place) {
            ShadowDenial.Subject subject = denial.subject();
            ObjectNode json = JsonNodeFactory.instance
                    .objectNode()
                    .put("time", time.toString())
                    .put("request_id", requestId)
                    .put("policy", place.policy())
                    .put("phase", place.phase().name().toLowerCase(Locale.ROOT))
                    .put("method", subject.method())
                    .put("path", subject.path())
                    .put("client", subject.client())
                    .put("status", denial.status())
                    .put("reason", denial.reason());
            String code = denial.code();
            if (code != null) {
                json.put("code", code);
            }
            String rule = denial.rule();
            return rule == null ? json : json.put("rule", rule);
        }
    }

    /** The kept denials of one entry; at least one. */
    private static final class Shelf {
        private final Deque<Kept> newestFirst = new ConcurrentLinkedDeque<>();
        private final AtomicInteger length = new AtomicInteger(1);

        Shelf(Kept first) {
            newestFirst.add(first);
        }

        Shelf with(Kept newest) {
            newestFirst.addFirst(newest);
            length.incrementAndGet();
            return this;
        }

        /** Removes the oldest denial. Returns null if it was the only denial, otherwise this object. */
        @Nullable
        Shelf withoutOldest() {
            if (length.get() == 1) {
                return null;
            }
            length.decrementAndGet();
            newestFirst.removeLast();
            return this;
        }

        /**
         * Returns whether a denial is removed from this shelf rather than from the other: this one has more denials, or
         * equally many of which the oldest is older.
         */
        boolean yieldsBefore(Shelf other) {
            int mine = length.get();
            int others = other.length.get();
            return mine > others
                    || (mine == others
                            && newestFirst
                                    .getLast()
                                    .time()
                                    .isBefore(other.newestFirst.getLast().time()));
        }
    }

    void add(Instant time, String requestId, Place place, ShadowDenial denial) {
        Kept kept = new Kept(time, requestId, denial);
        shelves.compute(place, (_, shelf) -> shelf == null ? new Shelf(kept) : shelf.with(kept));
        count.incrementAndGet();
        while (count.get() > MAX) {
            dropOne();
        }
    }

    private void dropOne() {
        Place place = null;
        Shelf fullest = null;
        for (Map.Entry<Place, Shelf> one : shelves.entrySet()) {
            if (fullest == null || one.getValue().yieldsBefore(fullest)) {
                place = one.getKey();
                fullest = one.getValue();
            }
        }
        if (place != null) {
            shelves.computeIfPresent(place, (_, shelf) -> {
                count.decrementAndGet();
                return shelf.withoutOldest();
            });
        }
    }

    /** Answers {@link PolicyQuestion#SHADOW_DENIALS}: for each entry of a route, its denials, newest first. */
    List<EntryAnswer> answer(PolicyQuestion question) {
        String entry = question.question().parameters().getOrDefault(PolicyQuestion.ENTRY, "");
        Map<String, List<Found>> ofRoutes = new TreeMap<>();
        shelves.forEach((place, shelf) -> {
            if (place.entry().equals(entry)
                    && place.policy().equals(question.policy())
                    && (question.route().isEmpty() || question.route().equals(place.route()))) {
                List<Found> found = ofRoutes.computeIfAbsent(place.route(), _ -> new ArrayList<>());
                shelf.newestFirst.forEach(kept -> found.add(new Found(place, kept)));
            }
        });
        return ofRoutes.entrySet().stream()
                .limit(WorkerControl.MAX_ANSWERS)
                .map(one -> new EntryAnswer(one.getKey(), entry, json(one.getValue()), null))
                .toList();
    }

    /** A denial, with the entry that would have made it. */
    private record Found(Place place, Kept kept) {}

    private static ArrayNode json(List<Found> found) {
        ArrayNode denials = JsonNodeFactory.instance.arrayNode();
        found.stream()
                .sorted(Comparator.comparing((Found one) -> one.kept().time()).reversed())
                .forEach(one -> denials.add(one.kept().json(one.place())));
        return denials;
    }
}
