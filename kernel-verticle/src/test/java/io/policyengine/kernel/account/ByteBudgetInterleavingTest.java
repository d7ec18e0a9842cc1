package io.policyengine.kernel.account;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Calls that take bytes, wait for them, give up and give back, in each order in which their steps can come. Results differ between orders, for
 * who waits is served by whoever gives back; but no claim is forgotten, and no byte is lost or given twice.
 */
@Param(name = "bytes", gen = IntGen.class, conf = "1:2")
public class ByteBudgetInterleavingTest {
    private static final int SCENARIOS = Integer.getInteger("interleavings.scenarios", 3);
    private static final int ORDERS =
            Integer.getInteger("interleavings.orders", Boolean.getBoolean("tests.all") ? 200 : 60);
    private static final int CAPACITY = 2;

    private final ByteBudget budget = new ByteBudget(CAPACITY);
    private final AtomicInteger claims = new AtomicInteger();
    private final AtomicInteger settled = new AtomicInteger();

    /** Takes bytes if they are free, and is done with them. */
    @Operation
    public void take(@Param(name = "bytes") int bytes) {
        if (budget.tryTake(bytes)) {
            budget.give(bytes);
        }
    }

    /** Waits for bytes, and is done with them at once. */
    @Operation
    public void claim(@Param(name = "bytes") int bytes) {
        claims.incrementAndGet();
        budget.claim(bytes, () -> {
            settled.incrementAndGet();
            budget.give(bytes);
        });
    }

    /** Waits for bytes, but not for long. */
    @Operation
    public void giveUp(@Param(name = "bytes") int bytes) {
        claims.incrementAndGet();
        AtomicInteger granted = new AtomicInteger();
        ByteBudget.Claim claim = budget.claim(bytes, () -> {
            granted.incrementAndGet();
            settled.incrementAndGet();
            budget.give(bytes);
        });
        if (claim.cancel()) {
            settled.incrementAndGet();
            if (granted.get() != 0) {
                throw new IllegalStateException("granted though given up");
            }
        }
    }

    /** Changes what there is, not below what a claim may ask for. */
    @Operation
    public void resize(@Param(name = "bytes") int more) {
        budget.resize(CAPACITY + more);
    }

    /** When all are done, nobody waits and nothing is taken. */
    @Validate
    public void nothingIsLeft() {
        if (budget.taken() != 0 || settled.get() != claims.get()) {
            throw new IllegalStateException(
                    budget.taken() + " bytes are taken, " + settled + " of " + claims + " claims are settled");
        }
    }

    @Test
    void noOrderOfStepsLosesAByteOrAClaim() {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(ORDERS)
                .threads(2)
                .actorsPerThread(3)
                .check(ByteBudgetInterleavingTest.class);
    }
}
