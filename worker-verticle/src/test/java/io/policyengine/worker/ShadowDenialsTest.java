package io.policyengine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.run.ShadowDenial;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The denials that a worker keeps of entries in shadow mode. */
class ShadowDenialsTest {
    private final ShadowDenials denials = new ShadowDenials();

    private void denied(String id, String route, String entry) {
        denials.add(
                Instant.EPOCH,
                id,
                new ShadowDenials.Place(route, entry, "p", Phase.REQUEST),
                new ShadowDenial(new ShadowDenial.Subject("GET", "/", "192.0.2.7"), 403, null, "denied"));
    }

    private List<JsonNode> told(String route, String entry) {
        return denials.answer(PolicyQuestion.shadowDenials("p", route, entry)).stream()
                .map(EntryAnswer::answer)
                .map(Objects::requireNonNull)
                .flatMap(JsonNode::valueStream)
                .toList();
    }

    @Test
    void keepsTheNewestAThousand() {
        for (int i = 0; i < ShadowDenials.MAX + 5; i++) {
            denied("id-" + i, "/r", "e");
        }

        List<JsonNode> told = told("", "e");

        assertThat(told).hasSize(ShadowDenials.MAX);
        assertThat(told.getFirst().path("request_id").asString()).isEqualTo("id-1004");
        assertThat(told.getLast().path("request_id").asString()).isEqualTo("id-5");
    }

    @Test
    void answersForAnEntryOfARouteOrOfAll() {
        denied("a", "/r", "e");
        denied("b", "/s", "e");
        denied("c", "/r", "f");

        assertThat(told("", "e")).hasSize(2);
        assertThat(told("/s", "e"))
                .extracting(one -> one.path("request_id").asString())
                .containsExactly("b");
        assertThat(told("", "g")).isEmpty();
        assertThat(denials.answer(PolicyQuestion.shadowDenials("another", "", "e")))
                .isEmpty();
    }
}
