package io.policyengine.admin;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that has ended takes no memory, in a process that goes on. */
class EndedKernelTest {
    @TempDir
    private Path state;

    @Test
    void isCollected() {
        WeakReference<Object> ended = ended();

        Await.until("nothing refers to what has ended", () -> {
            System.gc();
            return ended.refersTo(null);
        });
    }

    /** What belongs to a kernel that has served Envoy and operators, kept its generations on disk, and ended. */
    private WeakReference<Object> ended() {
        try (KernelHarness kernel = ManagedKernels.create()) {
            kernel.worker("w").with("header", Policies.request(new SetHeader("x-seen", "1")));
            kernel.start("workers: [ { name: w } ]\n", route("r", "[ { policy: header } ]", "[]"));
            kernel.restart(state);

            assertThat(kernel.get("r").status()).isEqualTo(200);
            assertThat(kernel.admin("/config")).startsWith("401");
            return new WeakReference<>(kernel.reloads());
        }
    }
}
