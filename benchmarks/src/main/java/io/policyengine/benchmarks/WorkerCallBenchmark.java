package io.policyengine.benchmarks;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.protocol.CallCodec;
import io.policyengine.protocol.Deadlines;
import io.policyengine.protocol.MalformedCallException;
import io.policyengine.protocol.PhaseCodec;
import io.policyengine.protocol.WorkerDeadline;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Measures a call of the request phase with two policies: its run in this process, and its encoding and decoding for a
 * socket.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WorkerCallBenchmark {
    private static final long FAR = Duration.ofDays(100).toNanos();

    private final Vertx vertx = Vertx.vertx();
    private final Cancellation never = new Cancellation();
    private final Call call = new Call("req-1", 7, Ticker.SYSTEM.nanoTime() + FAR, never);
    private final RequestCall request = new RequestCall(
            call,
            1,
            0,
            2,
            new RequestView(
                    "GET",
                    "https",
                    "api.example.com",
                    "/api/v1/users?page=2&size=50",
                    HeaderMap.of(
                            "accept", "application/json",
                            "user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
                            "x-request-id", "7e1c0a52-29c1-4cf3-9d0c-2b9f0f6f3c11",
                            "cookie", "session=0123456789abcdef0123456789abcdef"),
                    "203.0.113.7",
                    Map.of("source.address", "203.0.113.7:1234"),
                    null,
                    false),
            Metadata.empty());
    private final Deadlines deadlines = new Deadlines(Ticker.SYSTEM, Duration.ofDays(100));
    private final ByteString encodedCall = CallCodec.encode(request, false, false, deadline());
    private WorkerLink link;
    private SegmentResult<RequestOutcome> result;
    private Buffer encodedResult;

    @Setup
    public void start() {
        LocalWorker worker = new LocalWorker(
                vertx,
                WorkerOptions.defaults("w", "0.0.1", Path.of("/")),
                PolicyRegistry.of(List.of(new Stamp())),
                new SimpleMeterRegistry());
        ChainSpec.Entry entry = new ChainSpec.Entry(
                "stamp",
                "stamp",
                JsonNodeFactory.instance.objectNode(),
                OnFailure.DENY,
                OnFailure.DENY,
                null,
                null,
                false);
        worker.prepare(1, List.of(new ChainSpec(1, "/route", Phase.REQUEST, List.of(entry, entry))))
                .await();
        link = worker.link();
        result = link.execute(request).await();
        encodedResult = PhaseCodec.request().encodeUnary(result);
    }

    @TearDown
    public void stop() {
        vertx.close().await();
    }

    /** Measures running both policies of the phase, neither of which waits. */
    @Benchmark
    public Future<SegmentResult<RequestOutcome>> phase() {
        return link.execute(request);
    }

    /** Measures the encoding of a call, as in the kernel. */
    @Benchmark
    public ByteString encodeCall() {
        return CallCodec.encode(request, false, false, deadline());
    }

    private WorkerDeadline deadline() {
        return WorkerDeadline.of(call.deadlineNanos(), Ticker.SYSTEM.nanoTime(), true);
    }

    /** Measures the decoding of a call, as in the worker. */
    @Benchmark
    public Object decodeCall() throws MalformedCallException {
        return PhaseCodec.request().decode(encodedCall, deadlines, never);
    }

    /** Measures the encoding of a result, as in the worker. */
    @Benchmark
    public Buffer encodeResult() {
        return PhaseCodec.request().encodeUnary(result);
    }

    /** Measures the decoding of a result, as in the kernel. */
    @Benchmark
    public SegmentResult<RequestOutcome> decodeResult() {
        return PhaseCodec.request().decodeUnary(encodedResult, 2);
    }

    record None() {}

    private static final class Stamp implements PolicyFactory<None>, Policy {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(
                    "stamp", "1.0.0", "Sets a field.", Set.of(Phase.REQUEST), Set.of(Fact.MAY_DENY));
        }

        @Override
        public Policy create(None params, PolicyEnvironment environment) {
            return this;
        }

        @Override
        public Future<RequestOutcome> onRequest(RequestContext context) {
            return RequestOutcome.proceed(List.of(new SetHeader("x-stamp", "1")));
        }
    }
}
