package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.provider.FakeProvider;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Entries that deny, with each policy that answers from memory: before it, a denied client never gets a stored answer;
 * behind it, the client does, and the lint and {@code who} report that.
 */
class RefusedHitsTest {
    private static final String STORED = "the answer to somebody else";
    private static final String CHAT =
            "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"content\":\"" + STORED + "\"}}]}";

    private static final String KEYS = "{ policy: apiKeyAuth, params: { strip: true, keys: ["
            + " { consumer: alice, plain: k, attributes: { roles: [reader] } }, { consumer: mallory, plain: m } ] } }";

    @TempDir
    static Path directory;

    private static final FakeProvider PROVIDER = FakeProvider.start();
    private static final KernelUnderTest ENGINE = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE));
    private static List<String> logged = List.of();

    /** The policies that answer from memory; their stored answers are for all clients. */
    enum Memory {
        CACHE("{ policy: cache, params: { shared: true } }"),
        SEMANTIC_CACHE("{ policy: semanticCache, params: { shared: true, url: \"" + PROVIDER.url()
                + "/v1/embeddings\", model: words, dimensions: 256, threshold: 0.9 } }"),
        IDEMPOTENCY("{ policy: idempotency, params: { key: \"'everybody'\" } }");

        private final String entry;

        Memory(String entry) {
            this.entry = entry;
        }

        SimRequest request() {
            return switch (this) {
                case CACHE -> SimRequest.get("/");
                case SEMANTIC_CACHE ->
                    SimRequest.post(
                                    "/v1/chat/completions",
                                    "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}")
                            .withHeader("content-type", "application/json");
                case IDEMPOTENCY -> SimRequest.post("/", "a").withHeader("idempotency-key", "k");
            };
        }
    }

    /** The entries that deny. */
    enum Denier {
        NO_IDENTITY(KEYS, "", 401, true),
        WRONG_ROLE("{ policy: roleCheck, params: { required_roles: reader } }", KEYS, 403, true),
        RULE("{ policy: celRule, params: { deny_if: \"'x-deny' in request.headers\" } }", KEYS, 403, true),
        USER_AGENT("{ policy: botFilter, params: { deny_user_agents: \"^evil\" } }", KEYS, 403, true),
        LIMIT(
                "{ policy: rateLimit, params: { limits: [ { requests: 1, per: day,"
                        + " cost: \"'x-deny' in request.headers ? 2 : 0\" } ] } }",
                KEYS,
                429,
                false);

        private final String entry;
        private final String earlier;
        private final int status;
        /** Whether the entry decides who gets an answer; a limit counts only what reaches the upstream. */
        private final boolean decides;

        Denier(String entry, String earlier, int status, boolean decides) {
            this.entry = entry;
            this.earlier = earlier.isEmpty() ? "" : earlier + ", ";
            this.status = status;
            this.decides = decides;
        }

        SimRequest permitted(SimRequest request) {
            return request.withHeader("x-api-key", "k").withHeader("user-agent", "good");
        }

        SimRequest denied(SimRequest request) {
            return switch (this) {
                case NO_IDENTITY -> request.withHeader("user-agent", "good");
                case WRONG_ROLE -> request.withHeader("x-api-key", "m").withHeader("user-agent", "good");
                case USER_AGENT -> request.withHeader("x-api-key", "k").withHeader("user-agent", "evil");
                case RULE, LIMIT -> permitted(request).withHeader("x-deny", "d");
            };
        }
    }

    static Stream<Arguments> pairs() {
        return pairs(_ -> true);
    }

    static Stream<Arguments> decidingPairs() {
        return pairs(denier -> denier.decides);
    }

    private static Stream<Arguments> pairs(Predicate<Denier> isChosen) {
        return Arrays.stream(Memory.values())
                .flatMap(memory ->
                        Arrays.stream(Denier.values()).filter(isChosen).map(denier -> Arguments.of(memory, denier)));
    }

    @BeforeAll
    static void start() {
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        StringBuilder routes = new StringBuilder("route_policies:\n");
        for (Memory memory : Memory.values()) {
            for (Denier denier : Denier.values()) {
                route(routes, "/before", memory, denier, denier.entry + ", " + memory.entry);
                route(routes, "/behind", memory, denier, memory.entry + ", " + denier.entry);
            }
        }
        KernelUnderTest.write(directory, "routes/routes.yaml", routes.toString());
        try (CapturedLog log = CapturedLog.of("io.policyengine.kernel")) {
            StandardWorker.start(ENGINE, directory);
            logged = log.messages();
        }
    }

    private static void route(StringBuilder routes, String prefix, Memory memory, Denier denier, String entries) {
        routes.append("""
                  - route_name: %s
                    request_flow: { policy_chain: [ %s%s ] }
                    response_flow: { policy_chain: [ %s ] }
                """.formatted(name(prefix, memory, denier), denier.earlier, entries, memory.entry)
                .indent(2));
    }

    private static String name(String prefix, Memory memory, Denier denier) {
        return prefix + "/" + memory + "/" + denier;
    }

    @AfterAll
    static void stop() {
        ENGINE.close();
        PROVIDER.close();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aStoredAnswerNeverReachesAClientWhomAnEarlierEntryDenies(Memory memory, Denier denier) {
        String route = name("/before", memory, denier);
        store(route, memory, denier);

        SimResult refused = denied(route, memory, denier);

        assertThat(refused.status()).isEqualTo(denier.status);
        assertThat(refused.upstream()).isNull();
        assertThat(refused.response().bodyText()).doesNotContain(STORED);
        assertThat(logged).noneMatch(line -> isReported(line, route));
    }

    @ParameterizedTest
    @MethodSource("decidingPairs")
    void anEntryThatWouldDenyBehindItIsReported(Memory memory, Denier denier) {
        String route = name("/behind", memory, denier);
        store(route, memory, denier);

        assertThat(denied(route, memory, denier).response().bodyText()).contains(STORED);
        assertThat(logged).anyMatch(line -> isReported(line, route));
        assertThat(ENGINE.admin("/routes?filter=" + route))
                .startsWith("200 ")
                .contains("stored responses without ")
                .contains(" answers from memory");
    }

    /** Returns whether a log line is the finding {@code skipped_on_hit} about an entry of the route. */
    private static boolean isReported(String line, String route) {
        return line.startsWith("ERROR ")
                && line.contains("answers from memory: move it before ")
                && line.contains("(route '" + route + "')");
    }

    /** Sends permitted requests until the answer to them comes from memory. */
    private static void store(String route, Memory memory, Denier denier) {
        SimRequest permitted = denier.permitted(memory.request());
        SimResponse answer = SimResponse.of(200, CHAT)
                .withHeader("content-type", "application/json")
                .withHeader("cache-control", "public, max-age=600");
        assertThat(ENGINE.exchange(route, permitted, answer).status()).isEqualTo(200);
        Await.until("the answer comes from memory", () -> {
            SimResult again = ENGINE.exchange(route, permitted, answer);
            return again.upstream() == null && again.response().bodyText().contains(STORED);
        });
    }

    private static SimResult denied(String route, Memory memory, Denier denier) {
        return ENGINE.exchange(route, denier.denied(memory.request()), SimResponse.of(200, "the upstream"));
    }
}
