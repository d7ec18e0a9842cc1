package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How often the kernel copies a body that passes unchanged: what it takes out of Vert.x' frames, and once into one chunk. The
 * memory that its event loop allocates tells.
 */
class BodyCopiesTest {
    private static final int BODY = 1 << 20;
    private static final int MAX = 4 * BODY;
    private static final int EXCHANGES = 20;

    private final KernelHarness kernel = KernelHarness.create();
    private final Vertx elsewhere = Vertx.vertx();
    private final AtomicLong eventLoop = new AtomicLong();

    @AfterEach
    void stop() {
        kernel.close();
        Await.result(elsewhere.close());
    }

    private void noteThread() {
        eventLoop.set(Thread.currentThread().threadId());
    }

    private long allocatedPerBody() {
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"), elsewhere);
        pass(envoy);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(eventLoop.get());
        for (int i = 0; i < EXCHANGES; i++) {
            pass(envoy);
        }
        return (threads.getThreadAllocatedBytes(eventLoop.get()) - before) / EXCHANGES;
    }

    private static void pass(EnvoySim envoy) {
        SimResult result = Await.result(envoy.exchange(SimRequest.post("/", "x".repeat(BODY)), Upstream.replying(200)));
        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().bodyText()).hasSize(BODY);
    }

    @Test
    void aBufferedBodyIsCopiedAFewTimes() {
        kernel.worker("w").with("reads", BodyNeed.BUFFERED, Policies.onRequest(_ -> {
            noteThread();
            return RequestOutcome.unchanged();
        }));
        kernel.start("workers: [ { name: w, timeout_ms: 5000 } ]\n", route("r", "[ { policy: reads } ]", "[]"));

        assertThat(allocatedPerBody()).isBetween((long) BODY, (long) MAX);
    }

    @Test
    void aStreamedBodyIsCopiedAFewTimes() {
        kernel.worker("w").with("reads", BodyNeed.STREAMING, Policies.filtering(() -> (_, _) -> {
            noteThread();
            return Future.succeededFuture(ChunkOutcome.PASS);
        }));
        kernel.start("workers: [ { name: w, timeout_ms: 5000 } ]\n", route("r", "[ { policy: reads } ]", "[]"));

        assertThat(allocatedPerBody()).isBetween((long) BODY, (long) MAX);
    }
}
