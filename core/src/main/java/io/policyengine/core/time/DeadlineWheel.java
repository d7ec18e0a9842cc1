package io.policyengine.core.time;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of one event loop, driven by one coarse timer. Adding and cancelling a deadline takes constant time. A
 * deadline never expires early, and at most two {@link #TICK}s late unless the loop is busy. Confined to one event
 * loop.
 */
public final class DeadlineWheel {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlineWheel.class);

    /** The precision of deadlines. */
    public static final Duration TICK = Duration.ofMillis(5);

    private static final long TICK_NANOS = TICK.toNanos();

    /**
     * The number of slots of a wheel, a power of two. Deadlines beyond one turn of the wheel share slots with earlier
     * deadlines.
     */
    private static final int SLOTS = 256;

    private final Ticker ticker;
    private final Pulse pulse;
    private final long origin;
    private final Deadline[] slots = new Deadline[SLOTS];
    private long turned;
    private int size;
    private boolean ticking;

    /** The timer that drives a wheel. */
    @FunctionalInterface
    public interface Pulse {
        /** Calls {@code turn} once on the wheel's event loop, after the given time. */
        void after(Duration time, Runnable turn);
    }

    /** Creates a wheel driven by {@code pulse}, which is used only while there are deadlines. */
    public DeadlineWheel(Ticker ticker, Pulse pulse) {
        this.ticker = ticker;
        this.pulse = pulse;
        this.origin = ticker.nanoTime();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = Deadline.head();
        }
    }

    /** Creates a wheel for the calling event loop. */
    public static DeadlineWheel on(Vertx vertx, Ticker ticker) {
        return new DeadlineWheel(ticker, (time, turn) -> vertx.setTimer(time.toMillis(), _ -> turn.run()));
    }

    /** Calls {@code expired} on the event loop once the {@link Ticker} has reached {@code nanos}, unless cancelled. */
    public Deadline add(long nanos, Runnable expired) {
        if (!ticking) {
            ticking = true;
            turned = tickOf(ticker.nanoTime());
            pulse.after(TICK, this::turn);
        }
        long tick = Math.max(tickOf(nanos) + 1, turned + 1);
        Deadline deadline = new Deadline(this, tick, expired);
        deadline.linkBefore(slots[slotOf(tick)]);
        size++;
        return deadline;
    }

    public int size() {
        return size;
    }

    private void turn() {
        long now = tickOf(ticker.nanoTime());
        Deadline due = Deadline.head();
        for (long tick = Math.max(turned + 1, now - SLOTS + 1); tick <= now; tick++) {
            collect(slots[slotOf(tick)], now, due);
        }
        turned = now;
        for (Deadline next = due.next; next != due; next = due.next) {
            Runnable expired = next.expired;
            next.cancel();
            if (expired != null) {
                run(expired);
            }
        }
        ticking = size > 0;
        if (ticking) {
            pulse.after(TICK, this::turn);
        }
    }

    /** Runs the action of an expired deadline. If it throws an exception, the actions of other deadlines still run. */
    private static void run(Runnable expired) {
        try {
            expired.run();
        } catch (Throwable bug) {
            LOG.atError()
                    .setCause(bug)
                    .log("the action of an expired deadline failed; other deadlines are not " + "affected");
        }
    }

    private static void collect(Deadline slot, long now, Deadline due) {
        Deadline next = slot.next;
        while (next != slot) {
            Deadline deadline = next;
            next = next.next;
            if (deadline.tick <= now) {
                deadline.unlink();
                deadline.linkBefore(due);
            }
        }
    }

    private long tickOf(long nanos) {
        return Math.floorDiv(nanos - origin, TICK_NANOS);
    }

    private static int slotOf(long tick) {
        return (int) (tick & (SLOTS - 1));
    }

    /** A pending deadline. */
    public static final class Deadline {
        private final @Nullable DeadlineWheel wheel;
        private final long tick;
        private @Nullable Runnable expired;
        private Deadline previous;
        private Deadline next;

        // A node stands alone at first, linked to itself.
        @SuppressWarnings({"NullAway.Init", "this-escape"})
        private Deadline(@Nullable DeadlineWheel wheel, long tick, @Nullable Runnable expired) {
            this.wheel = wheel;
            this.tick = tick;
            this.expired = expired;
            this.previous = this;
            this.next = this;
        }

        private static Deadline head() {
            return new Deadline(null, 0, null);
        }

        /** Cancels the deadline. Idempotent; has no effect after the deadline has expired. */
        public void cancel() {
            if (expired != null && wheel != null) {
                expired = null;
                unlink();
                wheel.size--;
            }
        }

        private void linkBefore(Deadline other) {
            previous = other.previous;
            next = other;
            previous.next = this;
            other.previous = this;
        }

        private void unlink() {
            previous.next = next;
            next.previous = previous;
            previous = this;
            next = this;
        }
    }
}
