package io.policyengine.kernel.blackbox.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.time.Await;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A flood on one route, or of one client, leaves room for others: places and bytes. */
class SharesTest {
    private static final String ROUTES = """
            route_policies:
              - route_name: flooded
                response_flow: { policy_chain: [ { policy: set } ] }
              - route_name: calm
                response_flow: { policy_chain: [ { policy: set } ] }
            """;

    private final KernelHarness kernel = KernelHarness.create();
    private final List<RawStream> open = new ArrayList<>();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start(String limits) {
        kernel.worker("w").with("set", Policies.response(new SetHeader("x-set", "1")));
        kernel.start("workers: [ { name: w } ]\ntrusted_hops: 1\nlimits: { " + limits + " }\n", ROUTES);
    }

    /** True if the exchange is served; its stream stays open. */
    private boolean isServed(String routeName, String client, String value) {
        EnvoySim envoy = kernel.envoy(KernelHarness.filter(routeName));
        RawStream stream = envoy.rawStream()
                .send(Messages.headersOn(routeName, BodySendMode.NONE, "x-forwarded-for", client, "x-value", value));
        open.add(stream);
        return Await.result(stream.next()).hasRequestHeaders();
    }

    @Test
    void aFloodedRouteLeavesPlacesToOthers() {
        start("max_exchanges: 40");

        int served = 0;
        while (isServed("flooded", "192.0.2." + served, "")) {
            served++;
        }

        assertThat(served).isEqualTo(30);
        assertThat(isServed("calm", "198.51.100.1", "")).isTrue();
        assertThat(isServed("flooded", "198.51.100.1", "")).isFalse();
        open.forEach(RawStream::leave);
        Await.until(() -> kernel.activeExchanges() == 0);
        assertThat(isServed("flooded", "192.0.2.1", "")).isTrue();
    }

    @Test
    void aClientThatFloodsLeavesPlacesToOthersOnTheSameRoute() {
        start("max_exchanges: 40");

        int served = 0;
        while (isServed(served % 2 == 0 ? "flooded" : "calm", "192.0.2.1", "")) {
            served++;
        }

        assertThat(served).isEqualTo(30);
        assertThat(isServed("flooded", "198.51.100.1", "")).isTrue();
        assertThat(isServed("calm", "192.0.2.1", "")).isFalse();
    }

    @Test
    void refusalsWhoseStreamsStayOpenTakeNoPlacesOfOthers() {
        start("max_exchanges: 40");
        int served = 0;
        for (int i = 0; i < 100; i++) {
            served += isServed("flooded", "192.0.2." + i, "") ? 1 : 0;
        }

        assertThat(served).isEqualTo(30);
        assertThat(isServed("calm", "198.51.100.1", "")).isTrue();
        open.forEach(RawStream::leave);
        Await.until(() -> kernel.activeExchanges() == 0);
    }

    /** Without that the last would have all of the time, which is longer than the test waits. */
    @Test
    void streamsThatSayNothingTakeNoPlacesAndHaveLittleTimeWhereFewMoreMayBeOpened() {
        start("max_exchanges: 10, message_arrival_timeout_ms: 35000");
        kernel.account().streams().limit(48);
        List<Call> silent = new ArrayList<>();
        for (int i = 0; i < 43; i++) {
            Call call = kernel.rawClient().call();
            call.settle();
            silent.add(call);
        }

        assertThat(isServed("calm", "198.51.100.1", "")).isTrue();
        assertThat(kernel.activeExchanges()).isEqualTo(1);
        assertThat(silent.getLast().answer().grpcStatus()).isEqualTo(4);
        assertThat(silent.get(20).isAnswered()).isFalse();
        assertThat(silent.get(41).isAnswered()).isFalse();
        silent.forEach(Call::disconnect);
    }

    @Test
    void aFloodedRouteLeavesBytesToOthers() {
        start("max_buffered_bytes: 2000000");
        String large = "x".repeat(50_000);

        int served = 0;
        while (isServed("flooded", "192.0.2." + served, large)) {
            served++;
        }

        Await.untilAsserted(() -> assertThat(kernel.bufferedBytes()).isBetween(1_300_000L, 1_500_000L));
        assertThat(isServed("calm", "198.51.100.1", large)).isTrue();
    }
}
