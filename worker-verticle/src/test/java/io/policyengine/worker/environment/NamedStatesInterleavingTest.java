package io.policyengine.worker.environment;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Entries that share states while generations come and go, in each order in which their steps can come. */
public class NamedStatesInterleavingTest {
    private static final int SCENARIOS = Integer.getInteger("interleavings.scenarios", 3);
    private static final int ORDERS = Integer.getInteger("interleavings.orders", 200);

    private final NamedStates states = new NamedStates(100);
    private final Queue<Closing> made = new ConcurrentLinkedQueue<>();

    private static final class Closing implements AutoCloseable {
        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    /** An entry that begins and ends; its state must be open meanwhile, and be one with that of an entry that shares it. */
    @Operation
    public void use(@Param(gen = IntGen.class, conf = "1:2") int entry) {
        NamedStates.Key key = new NamedStates.Key("/route", "entry-" + entry, "policy", "name", entry);
        Closing first = acquire(key);
        Closing again = acquire(key);
        boolean open = first.closed.get() == 0 && first.equals(again);
        states.release(key);
        states.release(key);
        if (!open) {
            throw new IllegalStateException("the state was closed while it was used");
        }
    }

    private Closing acquire(NamedStates.Key key) {
        return (Closing) states.acquire(key, 50, () -> {
            Closing state = new Closing();
            made.add(state);
            return state;
        });
    }

    /** When all entries have ended, each state has been closed once. */
    @Validate
    public void nothingIsLeft() {
        for (Closing state : made) {
            if (state.closed.get() != 1) {
                throw new IllegalStateException("closed " + state.closed + " times");
            }
        }
        if (states.size() != 0 || states.claimed() != 0) {
            throw new IllegalStateException(states.size() + " states are left");
        }
    }

    @Test
    void noOrderOfStepsClosesWhatIsUsed() {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(ORDERS)
                .threads(2)
                .actorsPerThread(2)
                .check(NamedStatesInterleavingTest.class);
    }
}
