package io.policyengine.core.exchange;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.PerExchange;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Values that are kept, changed and taken while their exchange ends, in each order in which the steps can come: each ends, or is taken, once. */
public class ExchangeValuesInterleavingTest {
    private static final int SCENARIOS = Integer.getInteger("interleavings.scenarios", 3);
    private static final int ORDERS =
            Integer.getInteger("interleavings.orders", Boolean.getBoolean("tests.all") ? 200 : 60);
    private static final int LIMIT = 2;

    private final Capacity capacity = new Capacity(LIMIT);
    private final ExchangeValues<AtomicInteger> values = new ExchangeValues<>(capacity, new ExchangeValues.Count());
    private final PerExchange<AtomicInteger> kept = values.by((value, _) -> value.incrementAndGet());
    private final Queue<AtomicInteger> taken = new ConcurrentLinkedQueue<>();

    private static Call call() {
        return new Call("request", 1, Long.MAX_VALUE, new Cancellation());
    }

    /** Keeps a value, unless there is one. */
    @Operation
    public void put() {
        AtomicInteger value = new AtomicInteger();
        if (kept.put(call(), value)) {
            taken.add(value);
        }
    }

    /** Changes the value, if there is one, to itself. */
    @Operation
    public void change() {
        boolean ignored = kept.change(call(), value -> value);
    }

    /** Takes the value, if there is one. */
    @Operation
    public void take() {
        AtomicInteger value = kept.take(call());
        if (value != null) {
            value.incrementAndGet();
        }
    }

    /** The exchange ends. */
    @Operation
    public void end() {
        values.ended(new ExchangeEnd(1, 200, false, null));
    }

    /** Each value but the one that is there has ended once, and that one takes of the capacity what it is long. */
    @Validate
    public void eachEndsOnce() {
        long open = taken.stream().filter(value -> value.get() == 0).count();
        boolean tooOften = taken.stream().anyMatch(value -> value.get() > 1);
        if (tooOften || open != values.size() || capacity.taken() != values.size()) {
            throw new IllegalStateException(
                    open + " are open, " + values.size() + " are kept, " + capacity.taken() + " are taken");
        }
    }

    @Test
    void noOrderOfStepsEndsAValueTwiceOrNever() {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(ORDERS)
                .threads(2)
                .actorsPerThread(3)
                .check(ExchangeValuesInterleavingTest.class);
    }
}
