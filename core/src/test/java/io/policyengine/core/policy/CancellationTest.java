package io.policyengine.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTest {
    private final Cancellation cancellation = new Cancellation();
    private final List<String> told = new ArrayList<>();

    @Test
    void tellsEachListenerOnce() {
        cancellation.onCancel(() -> told.add("first"));
        cancellation.onCancel(() -> told.add("second"));
        assertThat(cancellation.isCancelled()).isFalse();

        cancellation.cancel();
        cancellation.cancel();

        assertThat(cancellation.isCancelled()).isTrue();
        assertThat(told).containsExactly("first", "second");
    }

    @Test
    void tellsAtOnceWhatComesAfterwards() {
        cancellation.cancel();

        cancellation.onCancel(() -> told.add("late"));

        assertThat(told).containsExactly("late");
    }

    @Test
    void workIsInProgressUntilItsListenerEnds() {
        Cancellation part = cancellation.part(new DependencyTime(() -> 0));
        part.onCancel(() -> told.add("no work"));
        assertThat(part.isWorking()).isFalse();

        Cancellation.Listening one = part.onCancelOfWork(() -> told.add("one"));
        Cancellation.Listening two = part.onCancelOfWork(() -> told.add("two"));
        one.end();
        one.end();
        assertThat(part.isWorking()).isTrue();
        two.end();
        assertThat(part.isWorking()).isFalse();

        part.onCancelOfWork(() -> told.add("three"));
        cancellation.cancel();
        assertThat(part.isWorking()).isFalse();
        assertThat(told).containsExactly("no work", "three");
        part.onCancelOfWork(() -> told.add("late"));
        assertThat(part.isWorking()).isFalse();
    }

    @Test
    void whoeverAwaitsALoadIsWorkingWhileTheLoadIs() {
        var load = new Cancellation();
        Cancellation.Listening waiting = cancellation.onCancelOfLoad(load, () -> told.add("left"));
        assertThat(cancellation.isWorking()).isFalse();

        Cancellation.Listening work = load.onCancelOfWork(() -> told.add("work"));
        assertThat(cancellation.isWorking()).isTrue();
        work.end();
        assertThat(cancellation.isWorking()).isFalse();

        load.onCancelOfWork(() -> told.add("more work"));
        waiting.end();
        assertThat(cancellation.isWorking()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void aListenerThatFailsKeepsNoOtherFromBeingTold() {
        cancellation.onCancel(() -> {
            throw new AssertionError("it cannot bear it");
        });
        cancellation.onCancel(() -> told.add("second"));

        cancellation.cancel();
        cancellation.onCancel(() -> {
            throw new IllegalStateException("nor later");
        });

        assertThat(told).containsExactly("second");
    }

    @Test
    void aPartIsCancelledWithTheWholeOrAlone() {
        Cancellation part = cancellation.part(new DependencyTime(() -> 0));
        Cancellation other = cancellation.part(new DependencyTime(() -> 0));
        Cancellation silent = cancellation.part(new DependencyTime(() -> 0));
        part.onCancel(() -> told.add("part"));
        other.onCancel(() -> told.add("other"));

        part.cancel();
        assertThat(told).containsExactly("part");
        assertThat(List.of(cancellation.isCancelled(), other.isCancelled())).containsExactly(false, false);

        cancellation.cancel();
        assertThat(told).containsExactly("part", "other");
        assertThat(silent.isCancelled()).isTrue();
        silent.onCancel(() -> told.add("late"));
        assertThat(told).containsExactly("part", "other", "late");
    }

    @Test
    void whoHasEndedIsNotToldAndTheOthersAreInTheirOrder() {
        Cancellation.Listening first = cancellation.onCancel(() -> told.add("first"));
        cancellation.onCancel(() -> told.add("second"));
        Cancellation.Listening third = cancellation.onCancel(() -> told.add("third"));
        cancellation.onCancel(() -> told.add("fourth"));
        Cancellation.Listening last = cancellation.onCancel(() -> told.add("last"));

        third.end();
        first.end();
        last.end();
        first.end();
        cancellation.onCancel(() -> told.add("late"));
        cancellation.cancel();
        last.end();

        assertThat(told).containsExactly("second", "fourth", "late");
    }

    @Test
    void aListenerMayEndTheNextWhileItIsTold() {
        List<Cancellation.Listening> second = new ArrayList<>();
        cancellation.onCancel(() -> second.getFirst().end());
        second.add(cancellation.onCancel(() -> told.add("second")));
        cancellation.onCancel(() -> told.add("third"));

        cancellation.cancel();

        assertThat(told).containsExactly("third");
    }

    @Test
    void aPartWithNobodyToTellIsNotHeldByTheWhole() {
        Cancellation part = cancellation.part(new DependencyTime(() -> 0));
        Cancellation.Listening listening = part.onCancel(() -> told.add("part"));
        listening.end();
        boolean wholeAfterwards = cancellation.isUntouched();
        part.onCancel(() -> told.add("again"));

        cancellation.cancel();

        assertThat(wholeAfterwards).isTrue();
        assertThat(told).containsExactly("again");
    }

    @Test
    void isUntouchedUntilItHasSomebodyToTellOrIsCancelled() {
        Cancellation heard = cancellation.part(new DependencyTime(() -> 0));
        Cancellation part = cancellation.part(new DependencyTime(() -> 0));
        heard.onCancel(() -> told.add("heard"));

        assertThat(List.of(heard.isUntouched(), part.isUntouched())).containsExactly(false, true);

        cancellation.cancel();
        assertThat(part.isUntouched()).isFalse();
    }

    @Test
    void anErrorOfTheProcessIsNotSwallowed() {
        cancellation.onCancel(() -> {
            throw new OutOfMemoryError("none left");
        });

        assertThatThrownBy(cancellation::cancel).isInstanceOf(OutOfMemoryError.class);
    }
}
