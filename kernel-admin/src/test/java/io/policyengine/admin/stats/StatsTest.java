package io.policyengine.admin.stats;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The figures of the meters, as the management API gives them. */
class StatsTest {
    private static final String WORKERS = "workers: [ { name: w } ]\n";

    private final KernelHarness kernel = ManagedKernels.create();

    StatsTest() {
        kernel.worker("w")
                .with("set", Policies.request(new SetHeader("x-set", "1")))
                .with("deny", Policies.denying(403, "no"));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void countsExchangesVerdictsAndDurationsOfRoutesAndWorkers() {
        kernel.start(
                WORKERS,
                route("/open", "[ { policy: set } ]", "[]")
                        + route("/shut", "[ { policy: deny } ]", "[]").replace("route_policies:\n", ""));
        for (int i = 0; i < 3; i++) {
            kernel.get("/open");
        }
        kernel.get("/shut");
        kernel.get("/nowhere");
        awaitEnded("passed", 3);
        awaitEnded("denied", 1);
        awaitEnded("unknown_route", 1);

        JsonNode stats = stats("?sort=denied");

        assertThat(stats.at("/exchanges/passed").asLong()).isEqualTo(3);
        assertThat(stats.at("/exchanges/denied").asLong()).isEqualTo(1);
        assertThat(names(stats)).containsExactly("/shut", "/open", "unknown");
        JsonNode shut = stats.at("/routes/items/0");
        assertThat(shut.at("/verdicts/denied").asLong()).isEqualTo(1);
        assertThat(shut.at("/recent/denied").asLong()).isEqualTo(1);
        assertThat(shut.at("/route/request/0").asString()).isEqualTo("deny");
        JsonNode open = stats.at("/routes/items/1");
        assertThat(open.at("/exchanges").asLong()).isEqualTo(3);
        assertThat(open.at("/verdicts/ok").asLong()).isEqualTo(3);
        assertThat(open.at("/durations/count").asLong()).isEqualTo(3);
        assertThat(open.at("/durations/p99_ms").asDouble()).isPositive();
        assertThat(sum(open.at("/durations/counts"))).isEqualTo(3);
        JsonNode worker = stats.at("/workers/0");
        assertThat(worker.at("/name").asString()).isEqualTo("w");
        assertThat(worker.at("/verdicts/ok").asLong()).isEqualTo(3);
        assertThat(worker.at("/durations/count").asLong()).isEqualTo(4);
        assertThat(stats.at("/gauges/max_exchanges").asLong()).isPositive();
    }

    @Test
    void givesTheCountsOfTheLastMinutesToThoseWhoAskForThem() {
        kernel.start(WORKERS, route("/open", "[ { policy: set } ]", "[]"));

        assertThat(stats("").has("history")).isFalse();
        JsonNode stats = stats("?history=true");

        assertThat(stats.at("/history/0/exchanges/passed").asLong(-1)).isZero();
        assertThat(stats.at("/history/0/at_ms").asLong())
                .isLessThanOrEqualTo(stats.at("/at_ms").asLong());
    }

    /** A client has its answer before its exchange is over. */
    private void awaitEnded(String outcome, int exchanges) {
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"" + outcome + "\"}") == exchanges);
    }

    @Test
    void countsWhatEntriesDoWhileSomebodyLooks() {
        kernel.start(WORKERS, route("/open", "[ { policy: set }, { policy: deny, name: last } ]", "[]"));
        kernel.get("/open");
        awaitEnded("denied", 1);
        assertThat(stats("?entries=%2Fopen").at("/entries")).isEmpty();

        kernel.get("/open");
        kernel.get("/open");

        Await.until(
                () -> stats("?entries=%2Fopen").at("/entries/0/verdicts/denied").asLong() == 2);
        JsonNode entries = stats("?entries=%2Fopen").at("/entries");
        assertThat(entries.at("/0/entry").asString()).isEqualTo("last");
        assertThat(entries.at("/0/part").asString()).isEqualTo("request");
        assertThat(entries.at("/0/verdicts/denied").asLong()).isEqualTo(2);
        assertThat(entries.at("/1/policy").asString()).isEqualTo("set");
        assertThat(entries.at("/1/verdicts/changed").asLong()).isEqualTo(2);
        JsonNode policies = stats("").at("/policies");
        assertThat(policies.at("/0/name").asString()).isEqualTo("deny");
        assertThat(policies.at("/0/verdicts/denied").asLong()).isEqualTo(2);
        assertThat(policies.at("/0/metered").asBoolean()).isFalse();
    }

    @Test
    void givesTenThousandRoutesAPageAtATime() {
        String routes = "route_policies:\n"
                + IntStream.range(0, 10_000)
                        .mapToObj(i ->
                                "- { route_name: /r" + i + ", request_flow: { policy_chain: [ { policy: set } ] } }\n")
                        .collect(Collectors.joining());
        kernel.start(WORKERS, routes);
        kernel.get("/r7777");
        awaitEnded("passed", 1);

        JsonNode first = stats("");

        assertThat(first.at("/routes/total").asInt()).isEqualTo(10_000);
        assertThat(names(first)).hasSize(50).startsWith("/r7777", "/r0", "/r1");
        JsonNode last = stats("?sort=files&limit=200&offset=9900");
        assertThat(names(last)).hasSize(100).endsWith("/r9999");
        JsonNode found = stats("?filter=R777&sort=files&limit=5");
        assertThat(found.at("/routes/matching").asInt()).isEqualTo(11);
        assertThat(names(found)).containsExactly("/r777", "/r7770", "/r7771", "/r7772", "/r7773");
        assertThat(stats("?limit=" + RouteQuery.MAX_LIMIT).toString().length()).isLessThan(100_000);
    }

    @Test
    void givesOnlyRoutesInAState() {
        kernel.start(WORKERS, route("/open", "[ { policy: set } ]", "[]"));
        kernel.write("routes/bad.yaml", route("/bad", "[ { policy: unheardOf } ]", "[]"));
        kernel.reload();

        assertThat(names(stats("?state=refused"))).containsExactly("/bad");
        assertThat(names(stats("?state=active"))).containsExactly("/open");
        assertThat(names(stats("?state=waiting"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sort=loudest",
                "state=asleep",
                "limit=201",
                "limit=-1",
                "limit=many",
                "limit=+1",
                "state=",
                "offset=99999999999",
                "filter="
            })
    void refusesAQueryThatItDoesNotKnow(String query) {
        kernel.start(WORKERS, route("/open", "[ { policy: set } ]", "[]"));
        String whole = query.equals("filter=") ? query + "x".repeat(1_025) : query;

        Answer answer = call("/stats?" + whole);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("/code")).isEqualTo("invalid_query");
    }

    private JsonNode stats(String query) {
        Answer answer = call("/stats" + query);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    private Answer call(String path) {
        return Answer.of(kernel, HttpMethod.GET, path, null, Map.of());
    }

    private static List<String> names(JsonNode stats) {
        return stats.at("/routes/items")
                .valueStream()
                .map(item -> item.path("name").asString())
                .toList();
    }

    private static long sum(JsonNode counts) {
        return counts.valueStream().mapToLong(JsonNode::asLong).sum();
    }
}
