package io.policyengine.benchmarks.policies;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A policy on a message, in the environment of a worker: the cost of its own code, without kernel, worker and chain.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PolicyBenchmark {
    /** Fewer than open the breaker of a target. */
    private static final int MAX_FAILURES = 4;
    /** A power of two. */
    private static final int TENANTS = 64;

    /** The name of a row; {@link CostPage} sets all of them. */
    @Param("requestId")
    public String row;

    private final RequestContext[] requests = new RequestContext[TENANTS];
    private final ResponseContext[] responses = new ResponseContext[TENANTS];
    private MeasuredPolicy measured;
    private Policy policy;
    private boolean onResponse;
    private @Nullable ExchangeEnd end;
    private int next;

    /** Makes the policy and its messages, and finds out that it does what the row says. */
    @Setup
    public void start() throws IOException {
        PolicyCost cost = PolicyCost.named(row);
        measured = new MeasuredPolicy(cost);
        policy = measured.policy();
        onResponse = cost.response() != null;
        end = measured.wantsEnds() ? new ExchangeEnd(7, 200, false, null) : null;
        for (int i = 0; i < TENANTS; i++) {
            requests[i] = measured.request(i);
            responses[i] = measured.response(requests[i]);
        }
        check(cost);
    }

    /** Runs it once, and waits: what it computes for the first time only is not what is measured. */
    private void check(PolicyCost cost) {
        Object outcome = decided();
        Integer status = outcome instanceof RequestOutcome.Respond(var answer, var _) ? answer.status() : null;
        if (!Objects.equals(status, cost.answers())) {
            throw new IllegalStateException(cost.name() + " answers " + status + ", not " + cost.answers());
        }
    }

    /** The first outcome. A server that is called by a JVM that has just started may take longer than the policy waits. */
    private Object decided() {
        for (int failures = 1; ; failures++) {
            try {
                return run().toCompletionStage().toCompletableFuture().join();
            } catch (CompletionException late) {
                if (failures == MAX_FAILURES) {
                    throw late;
                }
            }
        }
    }

    /** Ends it. */
    @TearDown
    public void stop() {
        measured.close();
    }

    /** The policy decides, and learns of the end of the exchange if it wants to. */
    @Benchmark
    public Future<?> run() {
        int tenant = next++ & (TENANTS - 1);
        Future<?> outcome = onResponse ? policy.onResponse(responses[tenant]) : policy.onRequest(requests[tenant]);
        if (end != null) {
            measured.end(end);
        }
        return outcome;
    }
}
