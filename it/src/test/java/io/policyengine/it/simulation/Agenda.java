package io.policyengine.it.simulation;

import io.policyengine.it.simulation.net.VirtualMachine;
import java.util.function.Supplier;

/** What happens in a seed, and when. */
final class Agenda {
    private final VirtualMachine machine;
    private final Journal journal;
    private boolean over;

    Agenda(VirtualMachine machine, Journal journal) {
        this.machine = machine;
        this.journal = journal;
    }

    /** The simulated time. */
    long now() {
        return machine.ticker().nanoTime();
    }

    /** Lets something happen after a time, unless the seed is over by then. */
    void after(long nanos, Runnable event) {
        machine.after(nanos, () -> {
            if (!over) {
                event.run();
            }
        });
    }

    /** Notes what happens now, for people. */
    void note(Supplier<String> event) {
        journal.note(event);
    }

    /** From now on nothing happens that is not under way. */
    void close() {
        over = true;
    }
}
