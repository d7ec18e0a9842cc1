package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The first requests after the engine says that it is ready, with the time limits that are the default and a cache of classes as the image
 * has one, beside a process that never rests.
 */
@Tag("alone")
@Tag("nightly")
class FirstRequestsIT {
    private static final int REQUESTS = 1000;
    private static final int CLIENTS = 4;
    private static final int STARTS = Integer.getInteger("policyengine.starts", 1);
    private static final String BODY = "x".repeat(2000);

    /** A request, which runs on a route of its own. */
    private enum Kind {
        HEADERS(200) {
            @Override
            Web.Answer send(int port) {
                return Web.get(port, "/headers");
            }
        },
        BODY(200) {
            @Override
            Web.Answer send(int port) {
                return Web.send("POST", port, "/body", FirstRequestsIT.BODY, "content-type", "text/plain");
            }
        },
        DENIED(401) {
            @Override
            Web.Answer send(int port) {
                return Web.get(port, "/locked");
            }
        },
        RESPONSE(200) {
            @Override
            Web.Answer send(int port) {
                return Web.get(port, "/response");
            }
        };

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        abstract Web.Answer send(int port);
    }

    private record Timed(long nanos, boolean failed) {}

    private static TestConf conf() {
        return TestConf.empty()
                .with("kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0, drain_delay_ms: 0 }
                  workers: [{ name: default-worker }]
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """)
                .with("routes/first.yaml", """
                route_policies:
                  - route_name: /headers
                    request_flow:
                      policy_chain: [{ policy: requestId }, { policy: transformHeaders, params: { set: { X-Set: yes it is } } }]
                  - route_name: /body
                    request_flow:
                      processing_mode: buffered_body
                      policy_chain: [{ policy: fileSizeLimit }, { policy: requestId }]
                  - route_name: /locked
                    request_flow:
                      policy_chain: [{ policy: apiKeyAuth, params: { keys: [{ consumer: alice, plain: alices-key }] } }]
                  - route_name: /response
                    request_flow:
                      policy_chain: [{ policy: rateLimit, params: { requests_per_second: 9000, key: client_ip } }]
                    response_flow:
                      policy_chain: [{ policy: addSecurityHeaders }]
                """)
                .underLoad();
    }

    @Test
    void areAnsweredInTimeBesideABusyProcess() throws Exception {
        try (TestConf conf = conf();
                Upstream upstream = Upstream.start();
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
                OsProcess busy = OsProcess.start("busy", List.of("sh", "-c", "while :; do :; done"), Map.of())) {
            // The client's own JVM is not what is measured.
            send(clients, upstream.port(), REQUESTS);
            for (int i = 0; i < STARTS; i++) {
                busy.requireAlive();
                List<Timed> first = firstRequests(conf, upstream, clients);
                print(first);
                assertThat(first).filteredOn(Timed::failed).isEmpty();
            }
        }
    }

    private static List<Timed> firstRequests(TestConf conf, Upstream upstream, ExecutorService clients)
            throws InterruptedException, ExecutionException {
        try (EngineProcess engine = EngineProcess.embedded(conf);
                EnvoyProcess envoy =
                        EnvoyProcess.start(EnvoyVersion.V1_36, conf.directory(), engine.port(), upstream.port())) {
            engine.awaitReady();
            return send(clients, envoy.port(), REQUESTS);
        }
    }

    /** Sends as many requests, of all kinds in turn; each client waits for an answer before it sends the next. */
    private static List<Timed> send(ExecutorService clients, int port, int requests)
            throws InterruptedException, ExecutionException {
        AtomicInteger next = new AtomicInteger();
        Callable<List<Timed>> client = () -> {
            List<Timed> own = new ArrayList<>();
            for (int i = next.getAndIncrement(); i < requests; i = next.getAndIncrement()) {
                Kind kind = Kind.values()[i % Kind.values().length];
                long begun = System.nanoTime();
                int status = kind.send(port).status();
                own.add(new Timed(System.nanoTime() - begun, status != kind.status));
            }
            return own;
        };
        List<Timed> all = new ArrayList<>();
        for (Future<List<Timed>> own : clients.invokeAll(Collections.nCopies(CLIENTS, client))) {
            all.addAll(own.get());
        }
        return all;
    }

    private static void print(List<Timed> first) {
        long[] sorted = first.stream().mapToLong(Timed::nanos).sorted().toArray();
        System.out.printf(
                "%nfirst %d requests after ready: slowest %.0f ms, p99 %.0f ms, p50 %.1f ms, failed %d%n",
                sorted.length,
                sorted[sorted.length - 1] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                sorted[sorted.length / 2] / 1e6,
                first.stream().filter(Timed::failed).count());
    }
}
