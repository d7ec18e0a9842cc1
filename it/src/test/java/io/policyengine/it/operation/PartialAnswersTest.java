package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.StandardEngine;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.provider.FakeProvider;
import io.policyengine.testkit.time.Await;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parts of answers, before the policies that answer from memory: none is stored, whatever its status says. */
class PartialAnswersTest extends StandardEngine {
    private static final String WHOLE =
            "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"content\":\"whole\"}}]}";
    private static final String PART =
            "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"content\":\"part\"}}]}";

    private final FakeProvider provider = FakeProvider.start();

    /** The policies that answer from memory, by the route of each. */
    enum Memory {
        CACHE("/cached"),
        SEMANTIC_CACHE("/models"),
        IDEMPOTENCY("/payments");

        private final String route;

        Memory(String route) {
            this.route = route;
        }

        /** Returns a request that only equal requests have an answer in common with. */
        SimRequest request(String which) {
            return switch (this) {
                case CACHE -> SimRequest.get("/" + which);
                case SEMANTIC_CACHE ->
                    SimRequest.post(
                                    "/v1/chat/completions",
                                    "{\"messages\":[{\"role\":\"user\",\"content\":\"" + which + "\"}]}")
                            .withHeader("content-type", "application/json");
                case IDEMPOTENCY -> SimRequest.post("/", which).withHeader("idempotency-key", which);
            };
        }
    }

    /** The forms of a part: two by their status, one by Content-Range alone. */
    enum Part {
        RANGE,
        RANGES,
        RANGE_WITH_STATUS_200;

        SimResponse response() {
            return switch (this) {
                case RANGE -> answer(206, PART).withHeader("content-range", "bytes 0-99/200");
                case RANGES ->
                    SimResponse.of(206, PART)
                            .withHeader("content-type", "multipart/byteranges; boundary=b")
                            .withHeader("cache-control", "max-age=600");
                case RANGE_WITH_STATUS_200 -> answer(200, PART).withHeader("content-range", "bytes 0-99/200");
            };
        }
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(Memory.values())
                .flatMap(memory -> Arrays.stream(Part.values()).map(part -> Arguments.of(memory, part)));
    }

    @BeforeEach
    void serve() {
        kernel();
        routes("routes.yaml", """
                  - route_name: /cached
                    request_flow: { policy_chain: [ { policy: cache } ] }
                    response_flow: { policy_chain: [ { policy: cache } ] }
                  - route_name: /models
                    request_flow:
                      policy_chain:
                        - policy: semanticCache
                          params: &cache { url: "%s/v1/embeddings", model: words, dimensions: 256, threshold: 0.99 }
                    response_flow: { policy_chain: [ { policy: semanticCache, params: *cache } ] }
                  - route_name: /payments
                    request_flow: { policy_chain: [ { policy: idempotency } ] }
                    response_flow: { policy_chain: [ { policy: idempotency } ] }
                """.formatted(provider.url()));
        start();
    }

    @AfterEach
    void stopProvider() {
        provider.close();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aPartIsNeverGivenAgain(Memory memory, Part part) {
        SimResult first = exchange(memory, "apples", part.response());
        // What is stored later is found, so a part would have been stored by now.
        exchange(memory, "bananas", answer(200, WHOLE));
        Await.until("a whole answer comes from memory", () -> {
            SimResult again = exchange(memory, "bananas", answer(200, WHOLE));
            return again.upstream() == null && again.response().bodyText().equals(WHOLE);
        });

        SimResult second = exchange(memory, "apples", answer(200, WHOLE));

        assertThat(first.response().bodyText()).isEqualTo(PART);
        assertThat(second.response().bodyText()).doesNotContain("part");
        if (memory == Memory.IDEMPOTENCY) {
            // The request has been run, so it is not run again, either.
            assertThat(second.status()).isEqualTo(409);
        } else {
            assertThat(second.upstream()).isNotNull();
            assertThat(second.response().bodyText()).isEqualTo(WHOLE);
        }
    }

    private SimResult exchange(Memory memory, String which, SimResponse answer) {
        return engine.exchange(memory.route, memory.request(which), answer);
    }

    private static SimResponse answer(int status, String body) {
        return SimResponse.of(status, body)
                .withHeader("content-type", "application/json")
                .withHeader("cache-control", "max-age=600");
    }
}
