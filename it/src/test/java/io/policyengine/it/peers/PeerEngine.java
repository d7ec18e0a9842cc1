package io.policyengine.it.peers;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.engine.ListedWorkers;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import java.nio.file.Path;
import java.util.List;

/** An engine with one route, behind a simulated Envoy. */
final class PeerEngine implements AutoCloseable {
    private static final String ROUTE = "/peer";

    private final KernelUnderTest engine = new KernelUnderTest();

    /** Serves a route with this chain, as YAML in one line. */
    PeerEngine(Path directory, String chain) {
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        KernelUnderTest.write(directory, "routes/peer.yaml", """
                route_policies:
                  - route_name: %s
                    request_flow:
                      policy_chain: %s
                """.formatted(ROUTE, chain));
        LocalWorker worker = new LocalWorker(
                engine.vertx(),
                WorkerOptions.defaults("default-worker", "0.0.1", directory),
                PolicyRegistry.of(StandardPolicies.all()),
                new SimpleMeterRegistry());
        engine.start(directory, new ListedWorkers(List.of(new EmbeddedWorker(worker))));
    }

    SimResult get(String path, String... headers) {
        return engine.exchange(ROUTE, SimRequest.get(path, headers), SimResponse.of(200));
    }

    @Override
    public void close() {
        engine.close();
    }
}
