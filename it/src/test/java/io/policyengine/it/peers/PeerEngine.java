package io.policyengine.it.peers;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;

/** An engine with one route, behind a simulated Envoy. */
final class PeerEngine implements AutoCloseable {
    private static final String ROUTE = "/peer";

    private final KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE));
    private final EnvoySim envoy;

    /** Serves a route with this chain, as YAML in one line. */
    PeerEngine(Path directory, String chain) {
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  workers: [ { name: default-worker, timeout_ms: 5000 } ]
                  unknown_route: deny
                """);
        KernelUnderTest.write(directory, "routes/peer.yaml", """
                route_policies:
                  - route_name: %s
                    request_flow:
                      policy_chain: %s
                """.formatted(ROUTE, chain));
        StandardWorker.start(engine, directory);
        envoy = engine.envoy(
                KernelUnderTest.filter(ROUTE).allowModeOverride(true).build());
    }

    /** Sends a request; from any thread but an event loop. */
    SimResult get(String path, String... headers) {
        return Await.result(envoy.exchange(SimRequest.get(path, headers), Upstream.replying(200)));
    }

    /** The answer to a request with this token. */
    int statusOf(String token) {
        return get("/", "authorization", "Bearer " + token).status();
    }

    @Override
    public void close() {
        engine.close();
    }
}
