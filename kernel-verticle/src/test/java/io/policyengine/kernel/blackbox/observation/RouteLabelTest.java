package io.policyengine.kernel.blackbox.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.time.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The label {@code route} has the values that the operator chooses, and no more of them than are allowed. */
class RouteLabelTest {
    private static final String SETTINGS =
            "workers: [ { name: w } ]\nopen_routes: [ open ]\nobservability: { metrics_port: 0, metrics: ";

    private final KernelHarness kernel = KernelHarness.create();

    @BeforeEach
    void addWorker() {
        kernel.worker("w")
                .with("set", Policies.request(new SetHeader("x-set", "1")))
                .with(
                        "deny",
                        Policies.onRequest(_ ->
                                RequestOutcome.respond(ImmediateResponse.json(429, "{}", DenialReason.POLICY_DENIED))));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static String settings(String metrics) {
        return SETTINGS + metrics + " }\n";
    }

    private static String routes(String... entries) {
        return "route_policies:\n" + String.join("", entries);
    }

    private static String named(String name) {
        return "  - route_name: " + name + "\n    request_flow: { policy_chain: [ { policy: set } ] }\n";
    }

    private static String grouped(String name, String group) {
        return named(name) + "    group: " + group + "\n";
    }

    private double calls(String label) {
        return kernel.metric("policy_kernel_requests_total{route=\"" + label + "\",status=\"ok\",worker=\"w\"}");
    }

    private double withoutPolicy(String label) {
        return kernel.metric("policy_kernel_requests_total{route=\"" + label + "\",status=\"ok\",worker=\"none\"}");
    }

    private void awaitCalls(String label, int calls) {
        Await.untilAsserted(() -> assertThat(calls(label)).isEqualTo(calls));
    }

    @Test
    void eachRouteTellsTheAnswersThatItsClientsGotForAsLongAsThereIsOne() {
        kernel.start(
                "workers: [ { name: w } ]\nopen_routes: [ open ]\n",
                routes(named("one"), named("two").replace("policy: set", "policy: deny"), refused("three")));

        for (String route : new String[] {"one", "one", "two", "three", "open"}) {
            kernel.get(route);
        }

        Await.untilAsserted(() -> assertThat(answers("one", "passed")).isEqualTo(2));
        Await.untilAsserted(() -> assertThat(answers("two", "4xx")).isEqualTo(1));
        Await.untilAsserted(() -> assertThat(answers("three", "5xx")).isEqualTo(1));
        Await.untilAsserted(() -> assertThat(answers("open", "passed")).isEqualTo(1));
        assertThat(answers("two", "passed")).isZero();
        kernel.write("routes/routes.yaml", routes(named("one")));
        kernel.reload();
        Await.until(() -> !kernel.admin("/metrics").contains("route=\"two\""));
        Await.until(() -> !kernel.admin("/metrics").contains("route=\"three\""));
        assertThat(answers("one", "passed")).isEqualTo(2);
    }

    private static String refused(String name) {
        return named(name).replace("policy: set", "policy: none_of_this_name");
    }

    private double answers(String label, String answer) {
        return kernel.metric("policy_kernel_answers_total{answer=\"" + answer + "\",route=\"" + label + "\"}");
    }

    @Test
    void isTheNameOfTheRouteUnlessTheOperatorChooses() {
        kernel.start("workers: [ { name: w } ]\n", routes(named("one"), named("two")));

        kernel.get("one");
        kernel.get("two");

        awaitCalls("one", 1);
        awaitCalls("two", 1);
        assertThat(kernel.metric("policy_kernel_route_labels")).isEqualTo(2);
    }

    @Test
    void isTheGroupOfTheRoute() {
        kernel.start(
                settings("{ route_label: group }"),
                routes(grouped("one", "shop"), grouped("two", "shop"), named("three")));

        for (String route : new String[] {"one", "two", "three", "open"}) {
            kernel.get(route);
        }

        awaitCalls("shop", 2);
        awaitCalls("ungrouped", 1);
        Await.untilAsserted(() -> assertThat(withoutPolicy("ungrouped")).isEqualTo(1));
        assertThat(calls("one")).isZero();
    }

    @Test
    void isTheSameForAllRoutesWhereNoneIsWanted() {
        kernel.start(settings("{ route_label: none }"), routes(named("one"), named("two")));

        kernel.get("one");
        kernel.get("two");
        kernel.get("open");
        kernel.get("not there");

        awaitCalls("all", 2);
        Await.untilAsserted(() -> assertThat(withoutPolicy("all")).isEqualTo(1));
        Await.untilAsserted(() -> assertThat(withoutPolicy("unknown")).isEqualTo(1));
    }

    @Test
    void changesWithTheConfigurationAndLeavesNoOldSeries() {
        kernel.start(settings("{ route_label: full }"), routes(named("one"), named("two")));
        kernel.get("one");
        awaitCalls("one", 1);

        kernel.write("kernel.yaml", KernelHarness.settings(settings("{ route_label: none }")));
        kernel.reload();
        kernel.get("one");

        awaitCalls("all", 1);
        Await.until(() -> !kernel.admin("/metrics").contains("route=\"one\""));
        assertThat(kernel.metric("policy_kernel_route_labels")).isEqualTo(1);
    }

    /** As a WebSocket's, whose stream stays open when nothing is left to do. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExchangeThatEndsWhenItsRouteIsGoneLeavesNoSeries(boolean isCalled) {
        String mode = isCalled ? "enforce" : "off";
        kernel.start(
                settings("{ max_route_labels: 5 }"),
                routes(named("one").replace("policy: set", "policy: set, mode: '" + mode + "'"), named("two")));
        RawStream stream = kernel.envoy(KernelHarness.filter("one"))
                .rawStream()
                .send(Messages.headersOn("one", BodySendMode.NONE));
        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();

        kernel.write("routes/routes.yaml", routes(named("two")));
        kernel.reload();
        Await.until(() -> !kernel.admin("/metrics").contains("route=\"one\""));
        stream.leave();
        Await.until(() -> kernel.activeExchanges() == 0);

        assertThat(kernel.admin("/metrics")).doesNotContain("route=\"one\"");
        assertThat(kernel.metric("policy_kernel_route_labels")).isZero();
    }

    @Test
    void isOtherBeyondTheMaximumUntilRoutesAreGone() {
        kernel.start(settings("{ max_route_labels: 1 }"), routes(named("one"), named("two"), named("three")));
        kernel.get("one");
        kernel.get("two");
        kernel.get("three");
        kernel.get("one");

        awaitCalls("one", 2);
        awaitCalls("other", 2);
        assertThat(kernel.metric("policy_kernel_route_labels")).isEqualTo(1);
        assertThat(kernel.metric("policy_kernel_route_labels_refused_total")).isPositive();
        kernel.write("routes/routes.yaml", routes(named("two"), named("three")));
        kernel.reload();
        Await.until(() -> kernel.metric("policy_kernel_route_labels") == 0);
        kernel.get("two");
        awaitCalls("two", 1);
        assertThat(calls("one")).as("of a route that is gone").isZero();
    }
}
