package io.policyengine.worker.environment;

import io.policyengine.core.policy.ResizableState;
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
    private static final int ORDERS =
            Integer.getInteger("interleavings.orders", Boolean.getBoolean("tests.all") ? 200 : 60);

    private final NamedStates states = new NamedStates(100);
    private final Queue<Closing> made = new ConcurrentLinkedQueue<>();

    private static final class Closing implements AutoCloseable, ResizableState {
        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public long resize(long maxBytes) {
            return maxBytes;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    /** An entry that begins and ends; its state must be open meanwhile, and be one with that of an entry that shares it. */
    @Operation
    public void use(@Param(gen = IntGen.class, conf = "1:2") int entry) {
        NamedStates.Key key = new NamedStates.Key("/route", "entry-" + entry, "policy", "name", entry);
        Object one = new Object();
        Object other = new Object();
        Closing first = acquire(key, one);
        Closing again = acquire(key, other);
        states.setCurrent(key, one, false);
        boolean open = first.closed.get() == 0 && first.equals(again);
        states.release(key, one);
        states.release(key, other);
        if (!open) {
            throw new IllegalStateException("the state was closed while it was used");
        }
    }

    private Closing acquire(NamedStates.Key key, Object user) {
        return (Closing) states.acquire(key, user, 50, () -> {
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
        if (states.size() != 0 || states.granted() != 0) {
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
