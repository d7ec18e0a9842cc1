package io.policyengine.kernel.blackbox.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A kernel, with the workers of {@link DeclaringPolicies}, for any number of chains: it gets them in batches by reloads,
 * and all requests on one connection, which name their route in a header.
 */
final class ChainRuns implements AutoCloseable {
    private static final String ROUTE = "x-policy-route";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Number of chains in a configuration: more of them make a reload slower than their requests. */
    private static final int BATCH = 500;

    private static final String SETTINGS = """
            workers: [ { name: one, timeout_ms: 5000 }, { name: two, timeout_ms: 5000, fail_open: true } ]
            limits: { phase_timeout_ms: 45000 }
            envoy: { message_timeout_ms: 60000 }
            allow_empty: true
            allow_loss: true
            allow_open: true
            route_name_sources: [ header ]
            """;

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker one = kernel.worker("one");
    private final ScriptedWorker two = kernel.worker("two");
    private @Nullable EnvoySim envoy;

    ChainRuns(Map<String, DeclaringPolicies.Declared> policies) {
        policies.forEach((name, policy) -> (DeclaringPolicies.workerOf(name).equals("one") ? one : two)
                .with(
                        name,
                        BodyNeed.NONE,
                        policy.behaviour(),
                        policy.facts().facts().toArray(new Fact[0])));
    }

    /**
     * Serves this number of chains, batch by batch.
     *
     * @param route returns a route policy as YAML, by its number
     * @param each is called for each route while it is served
     */
    void run(int chains, IntFunction<String> route, Consumer<RouteConfig> each) {
        for (int from = 0; from < chains; from += BATCH) {
            StringBuilder routes = new StringBuilder("route_policies:\n");
            for (int i = from; i < Math.min(chains, from + BATCH); i++) {
                routes.append(route.apply(i));
            }
            serve(routes.toString());
            ConfDirectory.read(kernel.directory(), _ -> null).routes().forEach(each);
        }
    }

    private void serve(String routes) {
        if (envoy == null) {
            kernel.start(SETTINGS, routes);
            envoy = kernel.envoy(FilterConfig.builder()
                    .responseAttribute("response.code_details", "via_upstream")
                    .allowModeOverride(true)
                    .messageTimeout(PATIENCE)
                    .build());
        } else {
            kernel.write("routes/routes.yaml", routes);
            ReloadResult result = kernel.reload();
            assertThat(result.status()).as(result::toString).isEqualTo(ReloadResult.Status.SUCCESS);
        }
    }

    /**
     * A request, and how the calls of the workers fail meanwhile.
     *
     * @param one the failure of the calls of worker one; null if they succeed
     * @param two the failure of the calls of worker two; null if they succeed
     */
    record Sent(
            SimRequest request,
            @Nullable WorkerException one,
            @Nullable WorkerException two) {
        /** Returns whether a header of the request names an entry. */
        boolean names(String header, String entry) {
            String names = request.header(header);
            return names != null && List.of(names.split(",", -1)).contains(entry);
        }

        /** Returns whether calls of the policy's worker fail in this way. */
        boolean isFailing(String policy, WorkerException.Kind kind) {
            WorkerException failure = DeclaringPolicies.workerOf(policy).equals("one") ? one : two;
            return failure != null && failure.kind() == kind;
        }
    }

    /** Sends a request to a route. */
    SimResult exchange(String route, Sent sent) {
        one.failCalls(sent.one());
        two.failCalls(sent.two());
        return Await.result(Objects.requireNonNull(envoy, "no chains are served")
                .exchange(sent.request().withHeader(ROUTE, route), Upstream.replying(200)));
    }

    @Override
    public void close() {
        kernel.close();
    }
}
