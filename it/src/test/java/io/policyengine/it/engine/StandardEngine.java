package io.policyengine.it.engine;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.kernel.engine.KernelUnderTest;
import java.nio.file.Path;
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
        StandardWorker.start(engine, directory);
    }
}
