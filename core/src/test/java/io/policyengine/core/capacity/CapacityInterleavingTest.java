package io.policyengine.core.capacity;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Taking and giving back, in each order in which their steps can come: each sees what it would see in some order of whole calls. */
@Param(name = "amount", gen = IntGen.class, conf = "1:2")
public class CapacityInterleavingTest {
    private static final int SCENARIOS = Integer.getInteger("interleavings.scenarios", 3);
    private static final int ORDERS =
            Integer.getInteger("interleavings.orders", Boolean.getBoolean("tests.all") ? 200 : 60);
    private static final int LIMIT = 3;

    private final Capacity capacity = new Capacity(LIMIT);

    /** Takes an amount if it is free. */
    @Operation
    public boolean take(@Param(name = "amount") int amount) {
        return capacity.tryTake(amount);
    }

    /** Takes an amount if another one stays free. */
    @Operation
    public boolean takeBesideAReserve(@Param(name = "amount") int amount) {
        return capacity.tryTake(amount, 1);
    }

    /** Gives back an amount. */
    @Operation
    public void give(@Param(name = "amount") int amount) {
        capacity.give(amount);
    }

    /** The amount that is free. */
    @Operation
    public long free() {
        return capacity.free();
    }

    @Test
    void noOrderOfStepsTakesMoreThanThereIs() {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(ORDERS)
                .threads(2)
                .actorsPerThread(3)
                .check(CapacityInterleavingTest.class);
    }
}
