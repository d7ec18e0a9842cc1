package io.policyengine.e2e.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reloads under load, through a real Envoy; {@code -Dpolicyengine.reloads=1000} for the full number. */
@Tag("alone")
@Tag("nightly")
class ReloadIT {
    private static final int RELOADS = Integer.getInteger("policyengine.reloads", 150);
    private static final int CLIENTS = 8;

    /** Reloads after which everything has happened once that a JVM keeps. */
    private static final int SETTLED = Math.min(100, RELOADS / 2);

    @Test
    void noExchangeFailsOrMixesGenerationsAndNothingGrows() {
        try (Stack stack = Stack.start(
                        new Setup(EnvoyVersion.V1_36, Shape.TWO_PROCESSES),
                        stamped(TestConf.ofTests().underLoad(), 0));
                Load load = new Load(stack.envoy().port())) {
            List<OsProcess> processes =
                    List.of(stack.kernel().process(), stack.worker().process());
            Load.Running running = load.run("/both", CLIENTS);
            long begun = System.nanoTime();

            reload(stack, 1, SETTLED);
            List<Usage> before = processes.stream().map(Usage::of).toList();
            reload(stack, SETTLED + 1, RELOADS);
            Duration time = Duration.ofNanos(System.nanoTime() - begun);
            List<Usage> after = processes.stream().map(Usage::of).toList();
            Load.Tally tally = running.stop();

            System.out.println(RELOADS + " reloads in " + time.toMillis() + " ms, answers " + tally.statuses()
                    + ", kernel and worker before " + before + ", after " + after);
            assertThat(tally.statuses().keySet()).isEqualTo(Set.of(200));
            assertThat(tally.mixed()).isZero();
            assertThat(tally.unprocessed()).isZero();
            assertThat(stack.kernel().metric("policy_kernel_config_generation")).isGreaterThan(RELOADS);
            assertThat(stack.kernel().metric("policy_kernel_config_reload_total{status=\"failure\"}"))
                    .isZero();
            for (int i = 0; i < before.size(); i++) {
                assertThat(after.get(i).heap()).isLessThan(before.get(i).heap() * 5 / 4);
                assertThat(after.get(i).files()).isLessThan(before.get(i).files() + 10);
            }
        }
    }

    /** What a process holds. */
    private record Usage(long heap, int files) {
        static Usage of(OsProcess process) {
            return new Usage(process.liveHeap(), process.openFiles());
        }
    }

    private static void reload(Stack stack, int from, int to) {
        for (int i = from; i <= to; i++) {
            String stamp = Integer.toString(i);
            stamped(stack.conf(), i);
            stack.kernel().process().signal("HUP");
            Eventually.isTrue(
                    "generation " + stamp, () -> stamp.equals(stack.get("/both").header("x-response-stamp")));
        }
    }

    /** Replaces the routes by renaming, as editors do. */
    private static TestConf stamped(TestConf conf, int stamp) {
        String route = """
                route_policies:
                  - route_name: /both
                    request_flow:
                      policy_chain: [ { policy: transformHeaders, params: { set: { X-Processed: "yes", X-Request-Stamp: "%1$d" } } } ]
                    response_flow:
                      policy_chain: [ { policy: transformHeaders, params: { set: { X-Response-Stamp: "%1$d" } } } ]
                """.formatted(stamp);
        Path routes = conf.with("routes/.new", route).directory().resolve("routes");
        try {
            Files.move(
                    routes.resolve(".new"),
                    routes.resolve("tests.yaml"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return conf;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
