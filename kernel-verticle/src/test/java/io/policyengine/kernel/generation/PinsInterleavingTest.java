package io.policyengine.kernel.generation;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Exchanges that pin a generation while it is replaced, in each order in which their steps can come. */
public class PinsInterleavingTest {
    private static final int SCENARIOS = Integer.getInteger("interleavings.scenarios", 3);
    private static final int ORDERS =
            Integer.getInteger("interleavings.orders", Boolean.getBoolean("tests.all") ? 200 : 60);

    private final AtomicInteger freed = new AtomicInteger();
    private final AtomicBoolean retired = new AtomicBoolean();
    private final Pins pins = new Pins(freed::incrementAndGet);

    /** An exchange that begins, if it can, and ends: what it has pinned must not be freed under it, nor be freed already. */
    @Operation
    public void exchange() {
        if (pins.tryPin()) {
            boolean whole = freed.get() == 0;
            pins.unpin();
            if (!whole) {
                throw new IllegalStateException("freed under an exchange");
            }
        }
    }

    /** Another generation becomes current. */
    @Operation(runOnce = true)
    public void replace() {
        retired.set(true);
        pins.unpin();
    }

    /** A replaced generation is freed once all exchanges are over, and no other is. */
    @Validate
    public void isFreedOnceIfReplaced() {
        int expected = retired.get() ? 1 : 0;
        if (freed.get() != expected) {
            throw new IllegalStateException("freed " + freed + " times instead of " + expected);
        }
    }

    @Test
    void noOrderOfStepsFreesWhatIsPinned() {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(ORDERS)
                .threads(3)
                .actorsPerThread(2)
                .check(PinsInterleavingTest.class);
    }
}
