package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A reload whose parameters the worker refuses, in the kernel's process and in another. */
@ParameterizedClass
@EnumSource
class RefusedReloadTest {
    private static final String GOOD = "[ { policy: setHeader, params: { name: x-a, value: one } } ]";

    private final TestEngine engine;
    private final Path directory;

    RefusedReloadTest(TestWorker.Form form, @TempDir Path directory) {
        this.directory = directory;
        this.engine = new TestEngine(form, directory);
    }

    @BeforeEach
    void start() {
        engine.worker("one", UnaryOperator.identity(), "setHeader")
                .start(
                        PATIENT + "workers: [ { name: one, timeout_ms: 5000 } ]\n",
                        route("r", GOOD, "[]"),
                        route("s", GOOD, "[]"));
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private ReloadResult reload(String chain) {
        KernelUnderTest.write(
                directory.resolve("conf"),
                "routes/routes.yaml",
                "route_policies:\n" + route("r", GOOD, "[]") + route("s", chain, "[]"));
        return Await.result(engine.kernel().reloads().reload(Origin.FILES));
    }

    private String field(String route) {
        return String.valueOf(engine.get(route).reached().header("x-a"));
    }

    @Test
    void leavesTheRouteAsItIsUntilTheMistakeIsCorrected() {
        ReloadResult unknownKey = reload(GOOD.replace("value:", "valeu:"));
        ReloadResult wrongType = reload(GOOD.replace("one", "[ 1 ]"));
        String meanwhile = field("s");

        ReloadResult corrected = reload(GOOD.replace("one", "two"));

        assertThat(unknownKey.status()).isEqualTo(Status.FAILURE);
        assertThat(unknownKey.refusals().names()).containsExactly("s");
        assertThat(unknownKey.problems().getFirst().message()).contains("valeu");
        assertThat(wrongType.status()).isEqualTo(Status.FAILURE);
        assertThat(meanwhile).isEqualTo("one");
        assertThat(corrected.status()).isEqualTo(Status.SUCCESS);
        assertThat(field("s")).isEqualTo("two");
        assertThat(field("r")).isEqualTo("one");
    }
}
