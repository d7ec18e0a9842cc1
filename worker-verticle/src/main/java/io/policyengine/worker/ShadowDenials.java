package io.policyengine.worker;

import io.policyengine.core.chain.run.ShadowDenial;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.WorkerControl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The newest {@value #MAX} denials by a worker's entries in shadow mode, which had no effect. Thread-safe without
 * locks.
 */
final class ShadowDenials {
    /** Maximum denials by entries in shadow mode that a worker keeps; the oldest are dropped. */
    static final int MAX = 1_000;

    private final ConcurrentLinkedDeque<Kept> newestFirst = new ConcurrentLinkedDeque<>();
    private final AtomicInteger count = new AtomicInteger();

    /** An entry of a chain. */
    record Place(String route, String entry, String policy, Phase phase) {}

    private record Kept(Instant time, String requestId, Place place, ShadowDenial denial) {
        ObjectNode json() {
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
            return code == null ? json : json.put("code", code);
        }
    }

    void add(Instant time, String requestId, Place place, ShadowDenial denial) {
        newestFirst.addFirst(new Kept(time, requestId, place, denial));
        if (count.incrementAndGet() > MAX) {
            newestFirst.pollLast();
            count.decrementAndGet();
        }
    }

    /** Answers {@link PolicyQuestion#SHADOW_DENIALS}: for each entry of a route, its denials, newest first. */
    List<EntryAnswer> answer(PolicyQuestion question) {
        String entry = question.question().parameters().getOrDefault(PolicyQuestion.ENTRY, "");
        Map<String, ArrayNode> ofRoutes = new LinkedHashMap<>();
        for (Kept kept : newestFirst) {
            Place place = kept.place();
            if (place.entry().equals(entry)
                    && place.policy().equals(question.policy())
                    && (question.route().isEmpty() || question.route().equals(place.route()))) {
                ofRoutes.computeIfAbsent(place.route(), _ -> JsonNodeFactory.instance.arrayNode())
                        .add(kept.json());
            }
        }
        List<EntryAnswer> answers = new ArrayList<>();
        ofRoutes.forEach((route, denials) -> answers.add(new EntryAnswer(route, entry, denials, null)));
        return answers.stream().limit(WorkerControl.MAX_ANSWERS).toList();
    }
}
