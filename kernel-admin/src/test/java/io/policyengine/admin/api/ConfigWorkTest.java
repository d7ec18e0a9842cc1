package io.policyengine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that look at the whole configuration. */
class ConfigWorkTest {
    private final ConfigWork work = new ConfigWork();
    private final List<Promise<Integer>> begun = new ArrayList<>();

    private Future<Integer> ask() {
        return work.run(() -> {
            Promise<Integer> promise = Promise.promise();
            begun.add(promise);
            return promise.future();
        });
    }

    @Test
    void areAnsweredOneAfterAnotherWhateverBecomesOfEach() {
        Future<Integer> first = ask();
        Future<Integer> second = ask();
        assertThat(begun).hasSize(1);

        begun.getFirst().fail("not found");

        assertThat(first.failed()).isTrue();
        assertThat(begun).hasSize(2);
        begun.getLast().complete(2);
        assertThat(second.result()).isEqualTo(2);
    }

    @Test
    void areRefusedWhereTooManyWaitAndTakenAgainLater() {
        for (int i = 0; i <= ConfigWork.MAX_WAITING; i++) {
            ask();
        }

        assertThatThrownBy(this::ask).isInstanceOf(ApiProblem.class).hasMessageContaining("try again later");

        begun.getFirst().complete(1);
        ask();
        assertThat(begun).hasSize(2);
    }
}
