package io.policyengine.kernel.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.overload.CallKind;
import io.policyengine.kernel.worker.Affinity;
import io.policyengine.kernel.worker.CallLimits;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A replica that cannot answer in time is not sent calls that it could not begin in time. */
class BusyReplicaTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private final Vertx vertx = Vertx.vertx();
    private long now = 1;
    private final WorkerCalls calls = new WorkerCalls(vertx, () -> now, new Random(3), () -> 1);
    private final Replica one = new Replica(0, new NamedLink("/one"));
    private final Replica two = new Replica(1, new NamedLink("/two"));
    private final Map<String, Queue<Promise<String>>> sent = new HashMap<>();

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void refusesWhatAReplicaCouldNotBeginInTime() {
        Worker worker = worker(true, one);

        WorkerException refusal = overload(worker);

        assertThat(refusal.kind()).isEqualTo(WorkerException.Kind.OVERLOADED);
        assertThat(refusal).hasMessageContaining("/one").hasMessageContaining("workers[].adaptive");
        assertThat(worker.adaptiveLimit()).isPositive();
        assertThat(worker.inFlight()).isEqualTo(waiting("/one"));
    }

    @Test
    void callsAnotherReplicaInstead() {
        Worker worker = worker(true, one);
        overload(worker);
        worker.publish(List.of(one, two));

        Future<String> answer = call(worker);

        assertThat(answer.isComplete()).isFalse();
        assertThat(waiting("/two")).isEqualTo(1);
    }

    @Test
    void admitsCallsAgainWhenTheReplicaHasCaughtUp() {
        Worker worker = worker(true, one);
        overload(worker);
        while (waiting("/one") > 0) {
            tick();
            answer("/one");
        }

        Future<String> answer = call(worker);

        assertThat(answer.isComplete()).isFalse();
        now += Duration.ofSeconds(2).toNanos();
        assertThat(worker.adaptiveLimit()).isZero();
    }

    @Test
    void refusesNothingWhereItIsOff() {
        Worker worker = worker(false, one);

        assertThat(floods(worker)).isNull();
    }

    private WorkerException overload(Worker worker) {
        return (WorkerException) Objects.requireNonNull(floods(worker)).cause();
    }

    /** Sends a call every 2 ms for a second to a replica that answers one each 10 ms. Returns the first refusal. */
    private @Nullable Future<String> floods(Worker worker) {
        for (int i = 0; i < 100; i++) {
            tick();
            call(worker);
            answer("/one");
        }
        for (int i = 0; i < 500; i++) {
            now += Duration.ofMillis(2).toNanos();
            Future<String> answer = call(worker);
            if (answer.failed()) {
                return answer;
            }
            if (i % 5 == 0) {
                answer("/one");
            }
        }
        return null;
    }

    private void tick() {
        now += Duration.ofMillis(10).toNanos();
    }

    private int waiting(String address) {
        return sent.getOrDefault(address, new ArrayDeque<>()).size();
    }

    private void answer(String address) {
        sent.getOrDefault(address, new ArrayDeque<>()).remove().complete("ok");
    }

    private Future<String> call(Worker worker) {
        return calls.call(
                new WorkerChain(worker, 1),
                OneExchange.begun(),
                CallKind.REQUEST,
                new Call("r", 1, now + TIMEOUT.toNanos(), new Cancellation()),
                link -> {
                    Promise<String> answer = Promise.promise();
                    sent.computeIfAbsent(((NamedLink) link).address(), _ -> new ArrayDeque<>())
                            .add(answer);
                    return answer.future();
                });
    }

    private static Worker worker(boolean adaptive, Replica... replicas) {
        Worker worker = new Worker(
                "w", TIMEOUT, new CallLimits(1000, adaptive), 1, Duration.ZERO, false, Affinity.of("none"), _ -> {});
        worker.publish(List.of(replicas));
        return worker;
    }
}
