package io.policyengine.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Permits of {@code concurrencyLimit} behind a real Envoy: clients that wait, finish and hang up. */
class ConcurrencyIT {
    private static final int MAX = 4;
    private static final String PATH = "/narrow";

    static Stream<Setup> setups() {
        return Setup.alternating(Stack.Shape.TWO_PROCESSES, Stack.Shape.EMBEDDED);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void noPermitStaysWithClientsThatHangUp(Setup setup) {
        TestConf conf = TestConf.ofTests().with("routes/narrow.yaml", """
                route_policies:
                  - route_name: /narrow
                    request_flow:
                      policy_chain: [{ policy: concurrencyLimit, params: { max: 4, key: client_ip } }]
                """);
        Vertx vertx = Vertx.vertx();
        try (Stack stack = Stack.start(setup, conf)) {
            HttpClient clients = vertx.createHttpClient(
                    new HttpClientOptions().setKeepAlive(false), new PoolOptions().setHttp1MaxSize(100));
            List<HttpClientRequest> waiting = fill(stack, clients);
            Web.Answer refused = stack.get(PATH);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("CONCURRENCY_LIMITED");

            waiting.forEach(request -> request.connection().close());
            List<HttpClientRequest> again = fill(stack, clients);
            assertThat(stack.get(PATH).status()).isEqualTo(503);

            again.forEach(request -> request.connection().close());
            Eventually.isTrue("a permit is free", () -> stack.get(PATH).status() == 200);
            for (int i = 0; i < 10 * MAX; i++) {
                assertThat(stack.get(PATH).status()).isEqualTo(200);
            }
        } finally {
            Load.await(vertx.close());
        }
    }

    /** As many requests as may be under way, all at the upstream, which takes its time. */
    private static List<HttpClientRequest> fill(Stack stack, HttpClient clients) {
        int before = stack.upstream().delayed();
        List<HttpClientRequest> sent = new ArrayList<>();
        Eventually.isTrue("all permits are taken", () -> {
            int arrived = stack.upstream().delayed() - before;
            // One that was refused, since a permit was not back yet, does not arrive: it is sent again.
            sent.removeIf(request -> request.response().succeeded());
            if (arrived == sent.size() && arrived < MAX) {
                sent.add(send(stack, clients));
            }
            return arrived == MAX;
        });
        return sent;
    }

    private static HttpClientRequest send(Stack stack, HttpClient clients) {
        HttpClientRequest request =
                Load.await(clients.request(HttpMethod.GET, stack.envoy().port(), "127.0.0.1", PATH + "?delay=600000"));
        request.end();
        return request;
    }
}
