package io.policyengine.kernel.blackbox.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker that is killed while the kernel serves: {@code workers[].required}. */
class RequiredWorkersTest {
    private static final String LOST = "policy_kernel_worker_health{worker=\"third\"}";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker third;

    RequiredWorkersTest() {
        kernel.worker("own").with("own", Policies.request(new SetHeader("x-policy", "own")));
        third = kernel.worker("third").with("theirs", Policies.request(new SetHeader("x-policy", "theirs")));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    /** Starts a kernel with five routes, of which the first ones need the third party's worker. */
    private void start(String required, int theirs) {
        kernel.start(
                "workers: [ { name: own }, { name: third, policies: [ theirs ]" + required + " } ]\n",
                IntStream.rangeClosed(1, 5)
                        .mapToObj(i -> "  - { route_name: r" + i + ", request_flow: { policy_chain: [ { policy: "
                                + (i <= theirs ? "theirs" : "own") + " } ] } }\n")
                        .collect(Collectors.joining("", "route_policies:\n", "")));
        Await.until(() -> ready().startsWith("200 "));
    }

    private String ready() {
        return kernel.admin("/health/ready");
    }

    private void kill() {
        third.goAway();
        Await.until(() -> kernel.metric(LOST) == 0);
        Await.until(() -> kernel.get("r1").status() == 503);
    }

    @Test
    void theOneRouteThatNeedsItAnswers503AndTheKernelStaysReady() {
        start("", 1);

        kill();

        assertThat(kernel.get("r1").response().bodyText()).contains("WORKER_UNAVAILABLE");
        assertThat(kernel.get("r2").reached().header("x-policy")).isEqualTo("own");
        assertThat(ready()).startsWith("200 ").contains("worker 'third' cannot be called");
        third.comeBack();
        Await.until(() -> kernel.get("r1").status() == 200);
        assertThat(ready()).startsWith("200 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 2 | 200",
                "'' | 3 | 503",
                "', required: auto' | 3 | 503",
                "', required: true' | 1 | 503",
                "', required: false' | 5 | 200",
            })
    void theSettingDecidesWhetherTheKernelIsReady(String required, int theirs, int status) {
        start(required, theirs);

        kill();

        assertThat(ready()).startsWith(status + " ").contains("worker 'third' cannot be called");
    }
}
