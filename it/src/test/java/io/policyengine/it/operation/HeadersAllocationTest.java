package io.policyengine.it.operation;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the kernel's event loop allocates for an exchange of headers alone, in bytes: from Envoy's first frame to the end of the
 * stream, with an embedded worker.
 *
 * <p>The test's JVM compiles without escape analysis, so that the number says what the code asks for, and is the same in each run.
 * Whoever needs more for a good reason raises the bound; whoever needs less lowers it.
 */
class HeadersAllocationTest {
    /** Measured: 23,568 to 23,880 bytes. */
    private static final long MAX_BYTES = 24_100;

    /** Measured: 336 bytes. */
    private static final long MAX_BYTES_OF_VERSION = 500;

    private static final int WARM_UP = 300;
    private static final int EXCHANGES = 501;

    private final Vertx elsewhere = Vertx.vertx();
    private final Sampler sampler = new Sampler();
    private final TestEngine engine;
    private ResourceLeakDetector.Level sought = ResourceLeakDetector.Level.SIMPLE;

    HeadersAllocationTest(@TempDir Path directory) {
        engine = new TestEngine(TestWorker.Form.EMBEDDED, directory);
    }

    /** The search for leaks allocates for a buffer here and there. */
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

    @Test
    void anExchangeOfHeadersAllocatesNoMoreThanItDid() {
        assertThat(allocated(TestEngine.filter("r").build())).isLessThanOrEqualTo(MAX_BYTES);
    }

    /** The attribute is decoded with the message, and read once per connection. */
    @Test
    void theVersionThatEnvoySendsCostsItsDecodingAlone() {
        assertThat(allocated(TestEngine.filter("r")
                        .requestAttribute(EnvoyReader.VERSION, "major_number: 1 minor_number: 40 ")
                        .build()))
                .isLessThanOrEqualTo(MAX_BYTES + MAX_BYTES_OF_VERSION);
    }

    private long allocated(FilterConfig filter) {
        engine.worker("w", UnaryOperator.identity(), new Named("sample", sampler), new Named("stamp", new Stamp()))
                .start(
                        PATIENT + "workers: [ { name: w, timeout_ms: 5000 } ]\n",
                        route("r", "[ { policy: sample }, { policy: stamp } ]", "[ { policy: stamp } ]"));
        EnvoySim envoy = engine.envoy(filter, elsewhere);

        for (int i = 0; i < WARM_UP + EXCHANGES; i++) {
            pass(envoy);
        }

        long[] bytes = sampler.differences();
        Arrays.sort(bytes);
        System.out.printf(
                "allocated per exchange of headers: %d bytes (least %d, quarter %d, three quarters %d, most %d)%n",
                bytes[bytes.length / 2],
                bytes[0],
                bytes[bytes.length / 4],
                bytes[bytes.length * 3 / 4],
                bytes[bytes.length - 1]);
        // On a busy machine, more exchanges begin a new read or write of their connection, and the median with them.
        return bytes[bytes.length / 4];
    }

    private static void pass(EnvoySim envoy) {
        SimResult result = Await.result(envoy.exchange(
                SimRequest.get("/users/1?page=2", "accept", "text/html", "x-request-id", "1"), Upstream.replying(200)));
        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().header("x-stamp")).isEqualTo("1");
        assertThat(result.response().header("x-stamp")).isEqualTo("1");
    }

    /** Notes at each request what its thread, the kernel's event loop, has allocated so far. */
    private static final class Sampler implements Policy {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long[] samples = new long[WARM_UP + EXCHANGES];
        private int next;

        @Override
        public Future<RequestOutcome> onRequest(RequestContext request) {
            samples[next++] = threads.getCurrentThreadAllocatedBytes();
            return RequestOutcome.unchanged();
        }

        /** From each request to the next: the end of one exchange and the beginning of the next are in it. */
        long[] differences() {
            long[] differences = new long[EXCHANGES - 1];
            for (int i = 0; i < differences.length; i++) {
                differences[i] = samples[WARM_UP + i + 1] - samples[WARM_UP + i];
            }
            return differences;
        }
    }

    /** Sets a field, on request and response. */
    private static final class Stamp implements Policy {
        @Override
        public Future<RequestOutcome> onRequest(RequestContext request) {
            return RequestOutcome.proceed(List.of(new SetHeader("x-stamp", "1")));
        }

        @Override
        public Future<ResponseOutcome> onResponse(ResponseContext response) {
            return ResponseOutcome.proceed(List.of(new SetHeader("x-stamp", "1")));
        }
    }

    private record Named(String name, Policy policy) implements PolicyFactory<TestPolicies.Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(
                    name, "1.0.0", "A policy for tests.", EnumSet.allOf(Phase.class), Set.of(Fact.MAY_DENY));
        }

        @Override
        public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
            return policy;
        }
    }
}
