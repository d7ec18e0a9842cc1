package io.policyengine.it.operation;

import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the kernel's event loop allocates for an exchange that is refused as overload, in bytes: from Envoy's first frame to the end of the
 * stream. What a refusal costs is what an overloaded loop lacks for those that it serves. As {@link HeadersAllocationTest} measures.
 */
class RefusalAllocationTest {
    /** Measured: 16,128 bytes. */
    private static final long MAX_BYTES = 16_700;

    private static final int WARM_UP = 150;
    private static final int EXCHANGES = 201;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Vertx elsewhere = Vertx.vertx();
    private final Promise<Long> loop = Promise.promise();
    private final Promise<RequestOutcome> never = Promise.promise();
    private final TestEngine engine;
    private ResourceLeakDetector.Level sought = ResourceLeakDetector.Level.SIMPLE;

    RefusalAllocationTest(@TempDir Path directory) {
        engine = new TestEngine(TestWorker.Form.EMBEDDED, directory);
    }

    @BeforeEach
    void seekNoLeaks() {
        sought = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void stop() {
        engine.close();
        Await.result(elsewhere.close());
        ResourceLeakDetector.setLevel(sought);
    }

    private static Future<SimResult> send(EnvoySim envoy) {
        return envoy.exchange(
                SimRequest.get("/users/1?page=2", "accept", "text/html", "x-request-id", "1"), Upstream.replying(200));
    }

    @Test
    void aRefusalAllocatesNoMoreThanItDid() {
        engine.worker("w", UnaryOperator.identity(), TestPolicies.request("hold", (_, _) -> _ -> {
                    loop.tryComplete(Thread.currentThread().threadId());
                    return never.future();
                }))
                .start("""
                        envoy: { message_timeout_ms: 60000 }
                        limits: { phase_timeout_ms: 50000, max_exchanges: 1 }
                        workers: [ { name: w, timeout_ms: 5000 } ]
                        """, route("r", "[ { policy: hold } ]", "[]"));
        EnvoySim envoy = engine.envoy(TestEngine.filter("r").build(), elsewhere);
        Future<SimResult> held = send(envoy);
        long thread = Await.result(loop.future());

        long[] bytes = new long[EXCHANGES];
        for (int i = -WARM_UP; i < EXCHANGES; i++) {
            long before = threads.getThreadAllocatedBytes(thread);
            assertThat(Await.result(send(envoy)).status()).isEqualTo(503);
            if (i >= 0) {
                bytes[i] = threads.getThreadAllocatedBytes(thread) - before;
            }
        }

        Arrays.sort(bytes);
        System.out.printf(
                "allocated per refusal: %d bytes (least %d, most %d)%n",
                bytes[bytes.length / 2], bytes[0], bytes[bytes.length - 1]);
        assertThat(held.isComplete()).isFalse();
        assertThat(bytes[bytes.length / 2]).isLessThanOrEqualTo(MAX_BYTES);
    }
}
