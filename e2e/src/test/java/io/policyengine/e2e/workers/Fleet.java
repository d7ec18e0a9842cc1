package io.policyengine.e2e.workers;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Envoy, a kernel, and the worker {@code java} and the worker {@code python} in replicas. The route {@code /stamped} has the
 * request chain java, python, java: each entry appends its stamp, so that whoever gets {@link #STAMPS} got the work of the whole chain;
 * its response chain is of both workers again. It lets {@value StampedLoad#CLIENTS} clients pass and about as many whose end is still
 * on its way: one that gets a 429 has met permits that were not given back.
 */
final class Fleet implements AutoCloseable {
    private static final int WARM_UP = 400;

    static final String PATH = "/stamped";
    static final String STAMPS = "j1, p1, j2";
    static final String ANSWER_STAMPS = "p2, j3";

    private final TestConf conf;
    private final List<TestConf> confs = new ArrayList<>();
    private final List<Replica> replicas = new ArrayList<>();
    private final EngineProcess kernel;
    private final Upstream upstream;
    private final EnvoyProcess envoy;

    private Fleet(int replicasOfEach, String workerSettings) {
        conf = TestConf.empty();
        StringBuilder workers = new StringBuilder();
        for (int number = 0; number < replicasOfEach; number++) {
            TestConf own = TestConf.empty().with("worker.yaml", """
                    worker_core:
                      name: java
                      socket_path: SOCKET
                      observability: { metrics_port: 0 }
                    """);
            confs.add(own);
            Path python = conf.folder().resolve("run/p" + number + ".sock");
            replicas.add(Replica.java("java", own).start());
            replicas.add(Replica.python("python", python).start());
            workers.append(worker("java", own.socket(), workerSettings))
                    .append(worker("python", python, workerSettings));
        }
        conf.with("kernel.yaml", kernelFile(workers)).with("routes/stamped.yaml", """
                route_policies:
                  - route_name: /stamped
                    request_flow:
                      policy_chain:
                        - { policy: concurrencyLimit, params: { max: 16, key: client_ip, status: 429 } }
                        - { policy: transformHeaders, params: { append: { x-stamp: j1 } } }
                        - { policy: pythonStamp, params: { value: p1 } }
                        - { policy: transformHeaders, params: { append: { x-stamp: j2 } } }
                    response_flow:
                      policy_chain:
                        - { policy: pythonStamp, params: { value: p2 } }
                        - { policy: transformHeaders, params: { append: { x-stamp: j3 } } }
                  - route_name: /slow
                    request_flow: { policy_chain: [ { policy: pythonStamp, timeout_ms: 100, params: { value: p1, delay_ms: 60000 } } ] }
                  - route_name: /patient
                    request_flow: { policy_chain: [ { policy: pythonStamp, timeout_ms: 60000, params: { value: p1, delay_ms: 60000 } } ] }
                  - route_name: /conditional
                    request_flow: { policy_chain: [ { policy: pythonStamp, when: "true", params: { value: p1 } } ] }
                  - route_name: /tried
                    request_flow: { policy_chain: [ { policy: pythonStamp, mode: shadow, params: { value: p1 } } ] }
                  - route_name: /left
                    request_flow: { policy_chain: [ { policy: pythonStamp, params: { value: p1, leave: true } } ] }
                  - route_name: /wrong
                    request_flow: { policy_chain: [ { policy: pythonStamp, params: { value: "" } } ] }
                """);
        kernel = EngineProcess.kernel(conf).awaitReady();
        upstream = Upstream.start();
        envoy = EnvoyProcess.start(EnvoyVersion.V1_40, conf.directory(), kernel.port(), upstream.port());
    }

    private static String worker(String name, Path socket, String settings) {
        return "    - { name: " + name + ", socket_path: " + socket + ", " + settings + " }\n";
    }

    private static String kernelFile(CharSequence workers) {
        return """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0, metrics: { workers: true } }
                  workers:
                """ + workers;
    }

    /**
     * Starts everything and waits until it is ready and warm.
     *
     * @param workerSettings settings of each worker in kernel.yaml
     */
    static Fleet start(int replicasOfEach, String workerSettings) {
        Fleet fleet = new Fleet(replicasOfEach, workerSettings);
        Eventually.isTrue("a request that passes", () -> fleet.get(PATH).status() == 200);
        try (Load load = new Load(fleet.envoy.port())) {
            Load.await(load.send(PATH, WARM_UP, 4));
        }
        return fleet;
    }

    /** The replicas of a worker. */
    List<Replica> replicasOf(String worker) {
        return replicas.stream()
                .filter(replica -> replica.worker().equals(worker))
                .toList();
    }

    List<Replica> replicas() {
        return List.copyOf(replicas);
    }

    EngineProcess kernel() {
        return kernel;
    }

    Upstream upstream() {
        return upstream;
    }

    EnvoyProcess envoy() {
        return envoy;
    }

    /** A request through Envoy. */
    Web.Answer get(String path) {
        return Web.get(envoy.port(), path);
    }

    /** The value of a sample of the kernel's metrics; 0 if there is none. */
    double metric(String sample) {
        return kernel.metric(sample);
    }

    @Override
    public void close() {
        envoy.close();
        kernel.close();
        upstream.close();
        replicas.forEach(Replica::close);
        confs.forEach(TestConf::close);
        conf.close();
    }
}
