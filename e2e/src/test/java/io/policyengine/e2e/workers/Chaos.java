package io.policyengine.e2e.workers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Kills, stops, restarts and replaces replicas at random, and records each action with its time. */
final class Chaos {
    private final List<Replica> replicas;
    private final RandomGenerator random;
    private final List<Event> events = new ArrayList<>();

    /** What can be done to a replica; each leaves a process behind that serves. */
    enum Blow {
        /** Ended at once, and started again. */
        KILL,
        /** Asked to end, waited for, and started again. */
        REPLACE,
        /** Stopped for a while, with its connections open. */
        STOP
    }

    /**
     * A blow.
     *
     * @param begun when the replica was hit, {@link System#nanoTime}
     * @param ended when its process served again
     */
    record Event(Blow blow, Replica replica, long begun, long ended) {}

    Chaos(List<Replica> replicas, RandomGenerator random) {
        this.replicas = replicas;
        this.random = random;
    }

    /** Strikes one replica after another for this time, often both of a worker within a short time. */
    List<Event> rage(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            pause(3000);
            Replica replica = replicas.get(random.nextInt(replicas.size()));
            Blow blow = Blow.values()[random.nextInt(Blow.values().length)];
            long begun = System.nanoTime();
            strike(replica, blow);
            events.add(new Event(blow, replica, begun, System.nanoTime()));
        }
        return events;
    }

    private void strike(Replica replica, Blow blow) throws InterruptedException {
        switch (blow) {
            case KILL -> {
                replica.process().kill();
                replica.start();
            }
            case REPLACE -> {
                replica.process().terminate();
                replica.process().exitCode();
                replica.start();
            }
            case STOP -> {
                replica.process().signal("STOP");
                pause(4000);
                replica.process().signal("CONT");
            }
        }
    }

    private void pause(int maxMs) throws InterruptedException {
        Thread.sleep(random.nextInt(maxMs));
    }
}
