package io.policyengine.it.simulation.net;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One direction of a connection: bytes arrive in order, each after a time of its own, cut anywhere. */
final class Wire {
    private final VirtualLoop loop;
    private final VirtualClock clock;
    private final RandomGenerator random;
    private final VirtualChannel destination;
    private final Queue<Parcel> underWay = new ArrayDeque<>();
    private long lastArrival;
    private boolean awaiting;
    private boolean stalled;
    private boolean ended;

    /** Bytes, or the end of all. */
    private static final class Parcel {
        final long arrival;
        final byte @Nullable [] bytes;

        Parcel(long arrival, byte @Nullable [] bytes) {
            this.arrival = arrival;
            this.bytes = bytes;
        }
    }

    Wire(VirtualLoop loop, VirtualClock clock, RandomGenerator random, VirtualChannel destination) {
        this.loop = loop;
        this.clock = clock;
        this.random = random;
        this.destination = destination;
    }

    /** Puts bytes on the way. */
    void send(byte[] bytes) {
        if (ended) {
            return;
        }
        if (bytes.length > 1 && random.nextInt(16) == 0) {
            int cut = random.nextInt(1, bytes.length);
            dispatch(Arrays.copyOf(bytes, cut));
            dispatch(Arrays.copyOfRange(bytes, cut, bytes.length));
        } else {
            dispatch(bytes);
        }
    }

    /** The sender has closed: the end comes after what is under way. */
    void sendEnd() {
        if (!ended) {
            dispatch(null);
            ended = true;
        }
    }

    /** The connection is lost with all that is under way. */
    void cut() {
        underWay.clear();
        stalled = false;
        if (!ended) {
            lastArrival = clock.nanoTime();
            sendEnd();
        } else {
            destination.arrive(null);
        }
    }

    /** Nothing arrives any more, or all that has waited does. */
    void stall(boolean on) {
        stalled = on;
        deliver();
    }

    private void dispatch(byte @Nullable [] bytes) {
        lastArrival = Math.max(lastArrival, clock.nanoTime() + Delays.ofDelivery(random));
        underWay.add(new Parcel(lastArrival, bytes));
        await();
    }

    private void await() {
        Parcel next = underWay.peek();
        if (next != null && !awaiting) {
            awaiting = true;
            loop.after(Math.max(0, next.arrival - clock.nanoTime()), () -> {
                awaiting = false;
                deliver();
            });
        }
    }

    private void deliver() {
        while (!stalled) {
            Parcel next = underWay.peek();
            if (next == null || next.arrival > clock.nanoTime()) {
                await();
                return;
            }
            underWay.remove();
            destination.arrive(next.bytes);
        }
    }
}
