package io.policyengine.core.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SerialQueueTest {
    private final SerialQueue queue = new SerialQueue();
    private final List<String> seen = new ArrayList<>();

    @Test
    void beginsAtOnceWhereNothingIsUnderWay() {
        Future<String> result = queue.run(() -> Future.succeededFuture("done"));

        assertThat(result.result()).isEqualTo("done");
        assertThat(queue.isIdle()).isTrue();
    }

    @Test
    void runsStepsInTheOrderInWhichTheyWereAskedFor() {
        Promise<String> first = Promise.promise();
        Promise<String> second = Promise.promise();
        queue.run(() -> noted("first", first));
        queue.run(() -> noted("second", second));
        queue.run(() -> noted("third", Promise.promise()));
        assertThat(seen).containsExactly("first");

        first.complete("");
        assertThat(seen).containsExactly("first", "second");
        second.complete("");

        assertThat(seen).containsExactly("first", "second", "third");
        assertThat(queue.isIdle()).isFalse();
    }

    @Test
    void tellsAResultBeforeTheNextStepBegins() {
        Promise<String> first = Promise.promise();
        queue.run(first::future).onSuccess(seen::add);
        queue.run(() -> noted("next", Promise.promise()));

        first.complete("result");

        assertThat(seen).containsExactly("result", "next");
    }

    @Test
    void goesOnAfterAStepThatFails() {
        Promise<String> failing = Promise.promise();
        Future<String> failed = queue.run(failing::future);
        Future<String> next = queue.run(() -> Future.succeededFuture("next"));

        failing.fail("of no use");

        assertThat(failed.cause()).hasMessage("of no use");
        assertThat(next.result()).isEqualTo("next");
    }

    @Test
    void goesOnAfterAStepThatThrows() {
        Future<String> thrown = queue.run(() -> {
            throw new IllegalStateException("a bug");
        });
        Future<String> next = queue.run(() -> Future.succeededFuture("next"));

        assertThat(thrown.cause()).isInstanceOf(IllegalStateException.class);
        assertThat(next.result()).isEqualTo("next");
    }

    @Test
    void goesOnAfterAStepThatThrowsAnErrorOrGivesNoFuture() {
        var broken = queue.<String>run(() -> {
            throw new StackOverflowError();
        });
        @SuppressWarnings("NullAway")
        var none = queue.<String>run(() -> null);

        assertThat(queue.run(() -> Future.succeededFuture("next")).result()).isEqualTo("next");
        assertThat(broken.cause()).isInstanceOf(StackOverflowError.class);
        assertThat(none.cause()).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aStepThatIsAskedForWithinAnotherOneFollowsIt() {
        queue.run(() -> {
            queue.run(() -> noted("inner", Promise.promise()));
            seen.add("outer");
            return Future.succeededFuture();
        });

        assertThat(seen).containsExactly("outer", "inner");
    }

    @Test
    void manyStepsThatEndAtOnceDoNotNest() {
        Promise<String> first = Promise.promise();
        queue.run(first::future);
        for (int i = 0; i < 100_000; i++) {
            queue.run(Future::succeededFuture);
        }

        first.complete("");

        assertThat(queue.isIdle()).isTrue();
    }

    @Test
    void holdsNothingOfAStepThatIsOver() throws InterruptedException {
        WeakReference<Object> result = new WeakReference<>(resultOf(queue));

        for (int i = 0; i < 100 && result.get() != null; i++) {
            System.gc();
        }

        assertThat(result.get()).isNull();
        assertThat(queue.isIdle()).isTrue();
    }

    private static Object resultOf(SerialQueue queue) {
        return queue.run(() -> Future.succeededFuture(new byte[1 << 20])).result();
    }

    private Future<String> noted(String step, Promise<String> end) {
        seen.add(step);
        return end.future();
    }
}
