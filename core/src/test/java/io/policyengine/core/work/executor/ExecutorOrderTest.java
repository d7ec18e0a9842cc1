package io.policyengine.core.work.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.DependencyTime;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The order in which work of one lane begins. */
class ExecutorOrderTest {
    private final Ticker ticker = () -> 1;
    private final Executor executor = new Executor(
            new WorkLimits(1, 1, Duration.ofMinutes(1), 9), new Capacity(100), ticker, new SimpleMeterRegistry());
    private final List<String> order = new ArrayList<>();

    /** A refusal would waste what the call has already taken. A body may have any number of chunks. */
    @Test
    void workOfCallsThatGoOnBeginsFirstUpToFourInARow() throws Exception {
        Cancellation goesOn = new Cancellation();
        await(submit(goesOn.part(new DependencyTime(ticker)), "first"));
        CountDownLatch free = new CountDownLatch(1);
        Future<Boolean> holds =
                executor.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> free.await(30, TimeUnit.SECONDS));
        List<Future<Boolean>> all = new ArrayList<>();
        all.add(submit(new Cancellation(), "new"));
        for (int i = 0; i < 5; i++) {
            all.add(submit(goesOn, "further"));
        }

        free.countDown();

        await(holds);
        for (Future<Boolean> one : all) {
            await(one);
        }
        assertThat(order).containsExactly("first", "further", "further", "further", "further", "new", "further");
    }

    private Future<Boolean> submit(Cancellation cancellation, String name) {
        return executor.submit(new Work(Lane.SHORT, 0), cancellation, _ -> order.add(name));
    }

    private static void await(Future<Boolean> future) throws Exception {
        assertThat(future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isTrue();
    }
}
