package io.policyengine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.run.ShadowDenial;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The denials that a worker keeps of entries in shadow mode. */
class ShadowDenialsTest {
    private final ShadowDenials denials = new ShadowDenials();
    private Instant now = Instant.EPOCH;

    private void denied(String id, String route, String entry) {
        denied(id, new ShadowDenials.Place(route, entry, "p", Phase.REQUEST));
    }

    private void denied(String id, ShadowDenials.Place place) {
        denials.add(
                now,
                id,
                place,
                new ShadowDenial(new ShadowDenial.Subject("GET", "/", "192.0.2.7"), 403, null, null, "denied"));
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
    void aFloodOfOneEntryPushesOutItsOwnAlone() {
        for (int i = 0; i < 10; i++) {
            denied("quiet-" + i, "/r", "quiet");
            denied("other-" + i, "/s", "flooded");
        }

        for (int i = 0; i < 5 * ShadowDenials.MAX; i++) {
            denied("id-" + i, "/r", "flooded");
        }

        assertThat(told("", "quiet")).hasSize(10);
        assertThat(told("/s", "flooded")).hasSize(10);
        assertThat(told("/r", "flooded")).hasSize(ShadowDenials.MAX - 20);
    }

    @Test
    void entriesThatAreAllFloodedShareThePlaces() {
        for (int i = 0; i < 3 * ShadowDenials.MAX; i++) {
            denied("id-" + i, "/r", "first");
        }

        for (int i = 0; i < 3 * ShadowDenials.MAX; i++) {
            denied("id-" + i, "/r", "second");
            denied("id-" + i, "/r", "third");
        }

        assertThat(List.of(
                        told("", "first").size(),
                        told("", "second").size(),
                        told("", "third").size()))
                .allSatisfy(size -> assertThat(size).isBetween(333, 334));
    }

    @Test
    void ofAsManyEntriesAsThereArePlacesTheOldestDenialIsDropped() {
        for (int i = 0; i < ShadowDenials.MAX + 3; i++) {
            now = Instant.EPOCH.plusSeconds(i);
            denied("id-" + i, "/r", "e-" + i);
        }

        assertThat(told("", "e-2")).isEmpty();
        assertThat(told("", "e-3")).hasSize(1);
        assertThat(told("", "e-" + (ShadowDenials.MAX + 2))).hasSize(1);
    }

    @Test
    void denialsOfBothPhasesOfARouteAreOneListNewestFirst() {
        for (Phase phase : List.of(Phase.REQUEST, Phase.RESPONSE, Phase.REQUEST)) {
            now = now.plusSeconds(1);
            denied(phase + "-" + now.getEpochSecond(), new ShadowDenials.Place("/r", "e", "p", phase));
        }

        assertThat(told("/r", "e"))
                .extracting(one -> one.path("request_id").asString())
                .containsExactly("REQUEST-3", "RESPONSE-2", "REQUEST-1");
        assertThat(told("/r", "e"))
                .extracting(one -> one.path("phase").asString())
                .containsExactly("request", "response", "request");
    }

    @Test
    void threadsTogetherKeepNoMoreThanThePlaces() {
        IntStream.range(0, 20_000).parallel().forEach(i -> denied("id-" + i, "/r", "e-" + i % 7));

        int kept = IntStream.range(0, 7).map(i -> told("", "e-" + i).size()).sum();
        assertThat(kept).isBetween(ShadowDenials.MAX - 100, ShadowDenials.MAX);
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
