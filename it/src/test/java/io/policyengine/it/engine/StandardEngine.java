package io.policyengine.it.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.engine.ListedWorkers;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a whole engine with the policies of the project, which serves the files that a test writes. */
public abstract class StandardEngine {
    @TempDir
    protected Path directory;

    protected final KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE));

    @AfterEach
    protected void stop() {
        engine.close();
    }

    /** Writes {@code kernel.yaml} with more keys than a test always needs, each in a line of its own. */
    protected final void kernel(String... more) {
        KernelUnderTest.write(
                directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """ + String.join("\n", more).indent(2));
    }

    /** Writes a file of routes, from the first route on. */
    protected final void routes(String file, String routes) {
        KernelUnderTest.write(directory, "routes/" + file, "route_policies:\n" + routes);
    }

    protected final void start() {
        LocalWorker worker = new LocalWorker(
                engine.vertx(),
                WorkerOptions.defaults("default-worker", "0.0.1", directory),
                PolicyRegistry.of(StandardPolicies.all()),
                new SimpleMeterRegistry());
        engine.start(directory, new ListedWorkers(List.of(new EmbeddedWorker(worker))));
    }
}
