package io.policyengine.kernel.blackbox.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods and hosts by which a client would make a condition false do not pass, on whatever route. */
class RequestFaultsTest {
    private static final String ROUTES = """
            route_policies:
              - route_name: hosts
                request_flow: { policy_chain: [ { policy: p, when: 'request.authority.lowerAscii() == "x.test"' } ] }
              - route_name: methods
                request_flow: { policy_chain: [ { policy: p, when: 'request.method == "POST"' } ] }
            """;

    private final KernelHarness kernel = KernelHarness.create();
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start(String settings) {
        kernel.worker("w").with("p", Policies.onRequest(_ -> {
            runs.incrementAndGet();
            return RequestOutcome.proceed(List.of());
        }));
        kernel.start("workers: [ { name: w } ]\n" + settings, ROUTES);
    }

    private SimResult send(String route, String method, String authority) {
        return kernel.exchange(
                route, new SimRequest(method, "http", authority, "/", HeaderMap.empty(), List.of(), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.test:", "x.test,y", "x.test..", "x.test:abc", "x.test;a", "x.test%2e", "u@x.test", ""})
    void aHostThatIsNoneIsRefusedOnEveryRoute(String authority) {
        start("open_routes: [ open ]\n");

        for (String route : List.of("hosts", "methods", "open", "unknown", "")) {
            SimResult result = send(route, "GET", authority);

            assertThat(result.status()).as(route).isEqualTo(400);
            assertThat(result.upstream()).as(route).isNull();
            assertThat(result.details()).isEqualTo("request_refused:malformed_authority:REQUEST_REFUSED{kernel}");
        }
        assertThat(runs).hasValue(0);
        Await.untilAsserted(
                () -> assertThat(kernel.metric("policy_kernel_requests_refused_total{kind=\"malformed_authority\"}"))
                        .isEqualTo(5));
    }

    @Test
    void aStandardMethodInAnotherCaseIsRefused() {
        start("");

        SimResult result = send("methods", "post", "x.test");

        assertThat(result.status()).isEqualTo(400);
        assertThat(result.upstream()).isNull();
        assertThat(result.response().bodyText())
                .startsWith(
                        "{\"error\": \"Request not accepted\", \"code\": \"REQUEST_REFUSED\", \"kind\": \"method_case\",");
        assertThat(result.response().header("content-type")).isEqualTo("application/json");
        Await.untilAsserted(
                () -> assertThat(kernel.metric("policy_kernel_requests_refused_total{kind=\"method_case\"}"))
                        .isEqualTo(1));
    }

    @Test
    void ordinaryHostsAndMethodsPassAndTheirPoliciesRun() {
        start("");

        assertThat(send("hosts", "GET", "X.test").status()).isEqualTo(200);
        assertThat(send("methods", "POST", "[::1]:8080").status()).isEqualTo(200);
        assertThat(runs).hasValue(2);
        assertThat(send("methods", "PROPFIND", "x.test.").status()).isEqualTo(200);
        assertThat(runs).hasValue(2);
    }

    @Test
    void lenientRulesRefuseThemToo() {
        start("path_rules: lenient\n");
        assertThat(send("hosts", "GET", "x.test:").status()).isEqualTo(400);
        assertThat(send("methods", "Post", "x.test").status()).isEqualTo(400);
    }

    @Test
    void withoutRulesTheyPass() {
        start("path_rules: \"off\"\n");

        assertThat(send("hosts", "post", "x.test:").status()).isEqualTo(200);
    }

    @Test
    void theyAreLookedAtWhereOnlyTheirAttributesAreTold() {
        start("");
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("unknown")
                .requestAttribute("request.host", "x.test:")
                .requestAttribute("request.method", "POST")
                .mode(all -> all.setRequestHeaderMode(HeaderSendMode.SKIP).setRequestBodyMode(BodySendMode.STREAMED))
                .build());

        SimResult result = Await.result(envoy.exchange(SimRequest.post("/", "body"), Upstream.replying(200)));

        assertThat(result.details()).isEqualTo("request_refused:malformed_authority:REQUEST_REFUSED{kernel}");
    }
}
