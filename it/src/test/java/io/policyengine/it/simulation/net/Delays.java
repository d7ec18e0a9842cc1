package io.policyengine.it.simulation.net;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** How long things take on a simulated machine: mostly little, sometimes long enough that others overtake. */
final class Delays {
    private Delays() {}

    /** Nanoseconds until bytes, or a connection, are on the other side. */
    static long ofDelivery(RandomGenerator random) {
        long max = random.nextInt(10) == 0 ? TimeUnit.MILLISECONDS.toNanos(15) : TimeUnit.MICROSECONDS.toNanos(500);
        return random.nextLong(TimeUnit.MICROSECONDS.toNanos(5), max);
    }
}
