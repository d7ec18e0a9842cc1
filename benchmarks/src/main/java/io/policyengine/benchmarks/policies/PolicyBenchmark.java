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

/** Measures a policy's own code on one message, in a worker's environment but without kernel, worker and chain. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PolicyBenchmark {
    /** Maximum number of failed attempts. It is too low to open the circuit breaker of a target. */
    private static final int MAX_FAILURES = 4;
    /** The number of tenants, a power of two. */
    private static final int TENANTS = 64;

    /** The name of the measured row; {@link CostPage} sets each row in turn. */
    @Param("requestId")
    public String row;

    private final RequestContext[] requests = new RequestContext[TENANTS];
    private final ResponseContext[] responses = new ResponseContext[TENANTS];
    private MeasuredPolicy measured;
    private Policy policy;
    private boolean onResponse;
    private @Nullable ExchangeEnd end;
    private int next;

    /** Creates the policy and its messages, and checks that the policy decides as the row expects. */
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

    /** Runs the policy once before the measurement, so that one-time work is not measured, and checks the outcome. */
    private void check(PolicyCost cost) {
        Object outcome = decided();
        Integer status = outcome instanceof RequestOutcome.Respond(var answer, var _) ? answer.status() : null;
        if (!Objects.equals(status, cost.answers())) {
            throw new IllegalStateException(cost.name() + " answers " + status + ", not " + cost.answers());
        }
    }

    /** Returns the first outcome. Failures are retried, since a server in a fresh JVM may be slow. */
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

    @TearDown
    public void stop() {
        measured.close();
    }

    /** Measures the decision and, if the policy is notified of it, the end of the exchange. */
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
