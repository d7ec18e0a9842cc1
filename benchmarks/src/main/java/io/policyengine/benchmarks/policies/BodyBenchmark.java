package io.policyengine.benchmarks.policies;

import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Measures a policy on a long body, on the benchmark's thread and the worker's threads for work off the event loop. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BodyBenchmark {
    private static final int CHUNK = 16 << 10;

    /** The name of the measured row; {@link CostPage} sets each row with a long body in turn. */
    @Param("jsonThreatProtection")
    public String row;

    /** Whether a stream of events is measured instead of a body of 1 MiB. */
    @Param("false")
    public boolean events;

    private MeasuredPolicy measured;
    private boolean onResponse;
    private boolean streams;
    private List<Buffer> chunks;
    private Buffer whole;
    private String contentType;
    private RequestContext request;

    /** Creates the policy and the body, and checks that the body passes. */
    @Setup
    public void start() throws IOException {
        PolicyCost cost = PolicyCost.named(row);
        measured = new MeasuredPolicy(cost);
        onResponse = events || cost.response() != null;
        streams = events || measured.streams(onResponse ? Phase.RESPONSE : Phase.REQUEST);
        SampleBody body = cost.sample();
        contentType = events ? "text/event-stream" : body.contentType();
        whole = body.mebibyte();
        chunks = events ? SampleBody.events() : cut(whole);
        request = measured.request(0, onResponse || streams ? null : whole);
        if (passed() == 0) {
            throw new IllegalStateException(row + " lets nothing pass");
        }
    }

    private static List<Buffer> cut(Buffer whole) {
        List<Buffer> chunks = new ArrayList<>();
        for (int at = 0; at < whole.length(); at += CHUNK) {
            chunks.add(whole.getBuffer(at, Math.min(whole.length(), at + CHUNK)));
        }
        return chunks;
    }

    @TearDown
    public void stop() {
        measured.close();
    }

    /** Measures the policy on the whole body. Returns the number of bytes or, for events, of decisions that passed. */
    @Benchmark
    public long passed() {
        if (!onResponse) {
            RequestOutcome outcome = await(measured.policy().onRequest(request));
            if (outcome instanceof RequestOutcome.Respond(var answer, var _)) {
                throw new IllegalStateException(row + " answers " + answer.status() + ": " + answer.body());
            }
            return streams ? fed(measured.policy().requestChunks(request)) : 1;
        }
        ResponseContext response = measured.response(request, contentType, streams ? null : whole);
        await(measured.policy().onResponse(response));
        return streams ? fed(measured.policy().responseChunks(response)) : 1;
    }

    private long fed(ChunkFilter<?> filter) {
        if (filter.equals(ChunkFilter.none())) {
            throw new IllegalStateException(row + " does not read such a body");
        }
        long passed = 0;
        Buffer held = Buffer.buffer();
        for (int i = 0; i < chunks.size(); i++) {
            Buffer chunk = held.length() == 0 ? chunks.get(i) : held.copy().appendBuffer(chunks.get(i));
            held = Buffer.buffer();
            Object outcome = await(filter.onChunk(chunk, i == chunks.size() - 1));
            if (outcome instanceof ChunkOutcome.Hold(Buffer data, Buffer kept)) {
                passed += data.length();
                held = kept;
            } else if (outcome instanceof ChunkOutcome.Replace(Buffer data)) {
                passed += data.length();
            } else if (outcome instanceof ChunkOutcome.Pass) {
                passed += chunk.length();
            } else if (!(outcome instanceof ChunkOutcome.Drop)) {
                throw new IllegalStateException(row + ": " + outcome);
            }
        }
        filter.close();
        return passed;
    }

    private static <T> T await(Future<T> future) {
        if (future.succeeded()) {
            return future.result();
        }
        try {
            return future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw new IllegalStateException(failed.getCause());
        }
    }
}
