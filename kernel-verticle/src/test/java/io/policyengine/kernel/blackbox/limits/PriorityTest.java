package io.policyengine.kernel.blackbox.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where the engine cannot serve all, it refuses by the priority of routes: places, bytes, and time of event loops. */
class PriorityTest {
    private static final String ROUTES = """
            route_policies:
              - { route_name: login, priority: critical, response_flow: { policy_chain: [ { policy: set } ] } }
              - { route_name: report, priority: low, response_flow: { policy_chain: [ { policy: set } ] } }
              - { route_name: export, priority: low, response_flow: { policy_chain: [ { policy: set } ] } }
            """;

    private final KernelHarness kernel = KernelHarness.create();
    private final List<RawStream> open = new ArrayList<>();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start(String limits, String routes) {
        kernel.worker("w").with("set", Policies.response(new SetHeader("x-set", "1")));
        kernel.start("workers: [ { name: w } ]\ntrusted_hops: 1\nlimits: { " + limits + " }\n", routes);
    }

    /** True if the exchange is served; its stream stays open. */
    private boolean isServed(String routeName) {
        EnvoySim envoy = kernel.envoy(KernelHarness.filter(routeName));
        RawStream stream = envoy.rawStream()
                .send(Messages.headersOn(routeName, BodySendMode.NONE, "x-forwarded-for", "192.0.2." + open.size()));
        open.add(stream);
        return Await.result(stream.next()).hasRequestHeaders();
    }

    private double refused(String priority, String limit) {
        return kernel.metric(
                "policy_kernel_refused_exchanges_total{limit=\"" + limit + "\",priority=\"" + priority + "\"}");
    }

    @Test
    void routesOfLowPriorityLeaveAnEighthOfThePlacesToThoseOfHigher() {
        start("max_exchanges: 16", ROUTES);

        int served = 0;
        while (isServed(served % 2 == 0 ? "report" : "export")) {
            served++;
        }

        assertThat(served).isEqualTo(14);
        assertThat(isServed("login")).isTrue();
        assertThat(isServed("login")).isTrue();
        assertThat(isServed("login")).isFalse();
        assertThat(refused("low", "exchanges")).isEqualTo(1);
        assertThat(refused("critical", "exchanges")).isEqualTo(1);
    }

    @Test
    void whereNoRouteHasAHigherPriorityAllPlacesAreForEverybody() {
        start("max_exchanges: 16", ROUTES.replace("critical", "low"));

        int served = 0;
        while (isServed(served % 2 == 0 ? "report" : "export")) {
            served++;
        }

        assertThat(served).isEqualTo(16);
    }

    @Test
    void routesOfLowPriorityLeaveAnEighthOfTheBytesToThoseOfHigher() {
        start("max_buffered_bytes: 65536", ROUTES);
        ExchangeAccount other =
                new ExchangeAccount(kernel.account(), kernel.vertx().getOrCreateContext(), (_, _) -> {});
        Objects.requireNonNull(other.hold(Holder.BODIES, 57_345));

        assertThat(isServed("report")).isFalse();
        assertThat(isServed("login")).isTrue();
        other.close();
        assertThat(isServed("report")).isTrue();
        assertThat(refused("low", "bytes")).isEqualTo(1);
    }

    private static final String SLOW = """
            route_policies:
              - { route_name: login, priority: critical, request_flow: { policy_chain: [ { policy: slow } ] } }
              - { route_name: report, request_flow: { policy_chain: [ { policy: slow } ] } }
            """;

    /** Exchanges that have begun to run. */
    private AtomicInteger startSlow(String adaptive) {
        AtomicInteger begun = new AtomicInteger();
        kernel.worker("w").with("slow", Policies.onRequest(_ -> {
            begun.incrementAndGet();
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2);
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            return RequestOutcome.proceed(List.of());
        }));
        kernel.start(
                "workers: [ { name: w, timeout_ms: 5000 } ]\nenvoy: { message_timeout_ms: 60000 }\n"
                        + "limits: { phase_timeout_ms: 50000, adaptive: { " + adaptive + " } }\n",
                SLOW);
        return begun;
    }

    /** Requests of 100 clients each of which sends the next when it is answered: so many, or until one is refused. */
    private List<SimResult> flood(int requestsOfEach) {
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("report"));
        List<SimResult> results = new CopyOnWriteArrayList<>();
        AtomicBoolean isRefused = new AtomicBoolean();
        List<Future<Void>> all = IntStream.range(0, 100)
                .mapToObj(_ -> send(envoy, requestsOfEach, results, isRefused))
                .toList();
        all.forEach(Await::result);
        return results;
    }

    private static Future<Void> send(EnvoySim envoy, int more, List<SimResult> results, AtomicBoolean isRefused) {
        return more == 0 || isRefused.get()
                ? Future.succeededFuture()
                : envoy.exchange(SimRequest.get("/"), Upstream.replying(200))
                        .onSuccess(result -> {
                            results.add(result);
                            if (result.status() != 200) {
                                isRefused.set(true);
                            }
                        })
                        .compose(_ -> send(envoy, more - 1, results, isRefused));
    }

    @Test
    void anEventLoopWithMoreToDoThanItCanRefusesBeforeAnythingRuns() {
        AtomicInteger begun = startSlow("target_lag_ms: 1");

        List<SimResult> results = flood(200);

        List<SimResult> refused =
                results.stream().filter(result -> result.status() != 200).toList();
        assertThat(refused).isNotEmpty().allSatisfy(result -> {
            assertThat(result.status()).isEqualTo(503);
            assertThat(result.response().bodyText()).contains("\"OVERLOADED\"");
            assertThat(result.response().header("retry-after")).isEqualTo("1");
        });
        assertThat(begun).hasValue(results.size() - refused.size());
        assertThat(refused("normal", "adaptive")).isEqualTo(refused.size());
        Await.until(() -> kernel.activeExchanges() == 0);
    }

    @Test
    void anEventLoopRefusesNothingWhereThatIsOff() {
        AtomicInteger begun = startSlow("enabled: false, target_lag_ms: 1");

        assertThat(flood(10)).allSatisfy(result -> assertThat(result.status()).isEqualTo(200));
        assertThat(begun).hasValue(1_000);
    }
}
