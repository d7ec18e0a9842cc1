package io.policyengine.kernel.blackbox.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.policyengine.kernel.grpc.Frames;
import io.policyengine.kernel.grpc.RawClient;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.kernel.harness.ConformancePolicies;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Any octets as messages of Envoy's: the kernel keeps nothing of them, and its connection goes on. A build runs the inputs of
 * {@code ConversationFuzzTestInputs}; with {@code JAZZER_FUZZ=1} more are looked for.
 */
class ConversationFuzzTest {
    private static @Nullable KernelHarness kernel;
    private static @Nullable RawClient client;

    @BeforeAll
    static void start() {
        KernelHarness started = KernelHarness.create();
        started.start(ConformancePolicies.SETTINGS, ConformancePolicies.install(started.worker("w")));
        kernel = started;
        client = started.rawClient();
    }

    @AfterAll
    static void stop() {
        kernel().close();
    }

    /** Messages of octets, each behind one octet that is its length. */
    @FuzzTest
    void messagesOfAnyOctetsLeaveNothing(byte[] input) {
        Buffer framed = Buffer.buffer();
        for (int at = 0; at < input.length; ) {
            int end = Math.min(input.length, at + 1 + Byte.toUnsignedInt(input[at]));
            framed.appendBuffer(Frames.of(Arrays.copyOfRange(input, at + 1, end)));
            at = end;
        }
        leavesNothing(framed);
    }

    /** Octets where frames should be. */
    @FuzzTest
    void anyOctetsLeaveNothing(byte[] input) {
        leavesNothing(Buffer.buffer(input));
    }

    private static void leavesNothing(Buffer octets) {
        Call call = Objects.requireNonNull(client).call();

        call.send(octets);
        call.settle();
        call.reset();

        Await.until(() -> kernel().activeExchanges() == 0 && kernel().bufferedBytes() == 0);
    }

    private static KernelHarness kernel() {
        return Objects.requireNonNull(kernel);
    }
}
