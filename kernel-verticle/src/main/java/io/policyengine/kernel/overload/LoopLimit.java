package io.policyengine.kernel.overload;

import io.policyengine.core.config.AdaptiveLimitConfig;
import io.policyengine.core.config.Priority;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * The limit of exchanges that one event loop admits. It depends on the waiting time of messages. The allowed wait is
 * {@code limits.adaptive.target_lag_ms}, or the time that {@value #ALWAYS} exchanges take if that is longer. The limit
 * begins when messages have waited longer than allowed for half a second, without improvement. Exchanges are then
 * admitted only at the rate that was measured while the loop was busy. The rate rises slightly while messages wait less
 * than a quarter of the allowed wait, and falls while they wait longer. Exchanges above the rate are refused: low
 * priorities first, and within a priority the routes and clients that exceed a fair share. The limit ends after a
 * second without refusals.
 *
 * <p>If the loop has capacity, a pause of the process or a burst thus causes no refusals: the backlog shrinks from one
 * 100 ms window to the next. A backlog that lasts for more than five seconds is overload even if it shrinks. Otherwise
 * clients that send in pulses, or whose requests vary in cost, could cause waits that never end.
 *
 * <p>A new loop is slow until its code is compiled. In the five seconds after its first message, the limit therefore
 * begins only after one and a half seconds of long waits.
 *
 * <p>The waiting time of a message is the time since the first message of the same turn of the event loop. In one turn,
 * a saturated loop processes everything that has arrived on its connections. A turn that takes too long is judged
 * before it ends, because it may last for seconds. Confined to the event loop, except {@link #state}. Holds a few
 * numbers and {@link FairShares}.
 */
public final class LoopLimit {
    private static final long WINDOW = Duration.ofMillis(100).toNanos();

    /**
     * Maximum nanoseconds for which messages may wait longer than the target without improvement. After that, exchanges
     * are refused.
     */
    private static final long PATIENCE = 5 * WINDOW;

    /**
     * Maximum nanoseconds by which one measuring window of less than a second changes the time for which messages count
     * as late. Without this limit, the window after a pause would count for the whole pause.
     */
    private static final long MAX_OF_WINDOW = 2 * WINDOW;

    /**
     * The length, in nanoseconds, from which a window counts in full. After a pause of that length, clients no longer
     * wait for the backlog.
     */
    private static final long LONG_WINDOW = 10 * WINDOW;

    /** The backlog shrinks if the wait is below this fraction of the previous window's wait. */
    private static final double FALLING = 0.95;

    /**
     * Maximum nanoseconds for which messages may wait longer than the target even if waits shrink. After that,
     * exchanges are refused.
     */
    private static final long LONGEST = Duration.ofSeconds(5).toNanos();

    /** The nanoseconds after a loop's first message during which the JVM may still compile the code of an exchange. */
    private static final long COLD = Duration.ofSeconds(5).toNanos();

    /**
     * The {@link #PATIENCE} for a loop whose code may not be compiled yet. It is short enough that Envoy still waits
     * for the delayed exchanges.
     */
    private static final long COLD_PATIENCE = 15 * WINDOW;

    /** The limit ends after this number of consecutive windows without a refusal. */
    private static final int CALM = 10;

    /** The measurement restarts after this idle time, in nanoseconds. */
    private static final long IDLE = Duration.ofSeconds(1).toNanos();

    /** The minimum number of messages that a window needs to be judged. */
    private static final int MIN_MESSAGES = 20;

    /** The weight of one window in the smoothed capacity. */
    private static final double WEIGHT = 0.3;

    /** The fraction of the allowed wait that the limit aims at. The rest absorbs bursts. */
    private static final double AIM = 0.25;

    /** The fraction by which the rate changes for each multiple of the wait that the limit aims at. */
    private static final double GAIN = 0.05;

    /** Long waits lower the admitted rate below the measured capacity by at most this fraction. */
    private static final double MAX_LESS = 0.3;

    /**
     * The fraction by which the measured rate is corrected per window, since the loop also does work that is not
     * measured.
     */
    private static final double CORRECTION = 0.02;

    /**
     * Messages may always wait for the average time that {@value} exchanges take. With slow policies, this is longer
     * than the target.
     */
    private static final int ALWAYS = 16;

    /** The bytes of a first message that count as one exchange. Most first messages are shorter. */
    private static final int LONG_MESSAGE = 4096;

    /**
     * The lowest rate, in exchanges per second. Some exchanges are always admitted, to measure whether more are
     * possible.
     */
    private static final double MIN = 20;

    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final Ticker ticker;
    private final Executor endOfTurn;
    private final AdmissionRate rate = new AdmissionRate();
    private final FairShares shares;

    private boolean enabled;
    private long target;

    private boolean isExercised;
    /** The time of the loop's first message. */
    private long first;

    private boolean hasBegun;
    private boolean isInTurn;
    private long turnBegan;
    /** The time from which the current turn counts in the current window. */
    private long turnCounts;

    private boolean isInWindow;
    private long windowBegan;
    private long busy;
    private long waited;
    private int messages;
    private int begun;
    private int refused;
    private int calm;
    /** The nanoseconds for which messages have waited too long, minus the nanoseconds during which their wait fell. */
    private long late;
    /** The total length of the latest consecutive windows in which messages were late, in nanoseconds. */
    private long allLate;

    private long waitBefore;
    /** The number of exchanges per second that the loop can serve at full load; 0 if unknown. */
    private double capacity;

    private double corrected = 1;

    private volatile State state = State.NONE;

    /**
     * The state of a limit, for metrics.
     *
     * @param rate exchanges a second; 0 without a limit
     * @param waitNanos mean waiting time of messages in the last window, in nanoseconds
     * @param endedAt the end of the last window, by the loop's ticker
     */
    public record State(double rate, long waitNanos, long endedAt) {
        static final State NONE = new State(0, 0, 0);
    }

    /**
     * Creates the limit of an event loop. At first it admits every exchange.
     *
     * @param endOfTurn runs a task at the end of the event loop's turn
     * @param random the event loop's random generator
     */
    public LoopLimit(Ticker ticker, Executor endOfTurn, RandomGenerator random, AdaptiveLimitConfig config) {
        this.ticker = ticker;
        this.endOfTurn = endOfTurn;
        this.shares = new FairShares(random);
        apply(config);
    }

    public void apply(AdaptiveLimitConfig config) {
        enabled = config.enabled();
        target = config.targetLag().toNanos();
        if (!enabled) {
            end();
        }
    }

    /**
     * Limits exchanges to the lowest rate after idle time, so that the kernel's warm-up requests also run the code of
     * refusals.
     */
    void exercise() {
        isExercised = true;
    }

    /** Records the arrival of a message. */
    public void arrived() {
        if (!enabled) {
            return;
        }
        long now = ticker.nanoTime();
        if (!isInTurn) {
            beginTurn(now);
        }
        waited += now - turnBegan;
        messages++;
        if (isOverdue(now)) {
            endWindow(now);
        }
    }

    /** Returns whether the current turn has taken so long that the window must end before the turn does. */
    private boolean isOverdue(long now) {
        long window = now - windowBegan;
        long patience = patience(now);
        return window >= patience && messages >= MIN_MESSAGES && lateAfter(waited / messages, window) >= patience;
    }

    private void beginTurn(long now) {
        if (!hasBegun) {
            hasBegun = true;
            first = now;
        }
        if (!isInWindow || now - windowBegan > IDLE) {
            end();
            if (isExercised) {
                rate.limit(MIN, now);
                rate.empty();
            }
            beginWindow(now);
        }
        isInTurn = true;
        turnBegan = now;
        turnCounts = now;
        endOfTurn.execute(this::endTurn);
    }

    private void endTurn() {
        long now = ticker.nanoTime();
        isInTurn = false;
        if (now - windowBegan >= WINDOW) {
            endWindow(now);
        } else {
            busy += now - turnCounts;
        }
    }

    private void endWindow(long now) {
        busy += now - turnCounts;
        turnCounts = now;
        if (messages > 0) {
            conclude(waited / messages, now);
        }
        beginWindow(now);
    }

    /**
     * Returns whether an exchange may begin, and counts it. Requires a preceding call of {@link #arrived}.
     *
     * @param route the route as written in the configuration; empty for unconfigured routes
     * @param client the client's address; empty if unknown
     * @param bytes the size of the exchange's first message
     */
    public boolean admits(Priority priority, String route, String client, int bytes) {
        if (!enabled) {
            return true;
        }
        int asked = 1 + bytes / LONG_MESSAGE;
        // Counted even without a limit, so that a new limit does not first refuse requesters with a small demand.
        int unfair = shares.asks(route, client, asked);
        if (rate.isUnlimited() || rate.admits(priority, unfair, asked, Math.max(turnBegan, windowBegan))) {
            begun += asked;
            return true;
        }
        refused++;
        return false;
    }

    /** Returns the state at the end of the last window, or {@code NONE} after idle time. Thread-safe. */
    public State state() {
        State last = state;
        return ticker.nanoTime() - last.endedAt() > IDLE ? State.NONE : last;
    }

    private void beginWindow(long now) {
        isInWindow = true;
        windowBegan = now;
        shares.roll(begun, late > 0);
        busy = 0;
        waited = 0;
        messages = 0;
        begun = 0;
        refused = 0;
    }

    private void conclude(long wait, long now) {
        if (begun > 0 && busy > 0) {
            double seen = begun * SECOND / busy;
            capacity = capacity == 0 ? seen : capacity + WEIGHT * (seen - capacity);
        }
        double mayWait = Math.max((double) target, capacity == 0 ? 0 : ALWAYS * SECOND / capacity);
        boolean isLate = messages >= MIN_MESSAGES && wait > mayWait;
        late = isLate ? lateAfter(wait, now - windowBegan) : 0;
        allLate = isLate ? allLate + now - windowBegan : 0;
        waitBefore = wait;
        calm = refused == 0 ? calm + 1 : 0;
        if (!rate.isUnlimited() && calm >= CALM) {
            end();
        } else if (!rate.isUnlimited() || late >= patience(now) || allLate >= LONGEST) {
            limit(wait / (AIM * mayWait), now);
        }
        state = new State(rate.perSecond(), wait, now);
    }

    private long patience(long now) {
        return now - first < COLD ? COLD_PATIENCE : PATIENCE;
    }

    /** Returns the new value of {@link #late}. It falls while the loop works off a backlog, as after a pause. */
    private long lateAfter(long wait, long window) {
        long counts = window < LONG_WINDOW ? Math.min(window, MAX_OF_WINDOW) : window;
        return wait < FALLING * waitBefore ? Math.max(0, late - counts) : late + counts;
    }

    /**
     * Adjusts the rate to the measured wait.
     *
     * @param wait the wait as a multiple of the wait that the limit aims at
     */
    private void limit(double wait, long now) {
        if (wait > 1) {
            corrected *= 1 - CORRECTION;
        } else if (refused > 0) {
            corrected = Math.min(1, corrected * (1 + CORRECTION));
        }
        double less = Math.min(MAX_LESS, GAIN * (wait - 1));
        rate.limit(Math.max(MIN, capacity * corrected * (1 - less)), now);
    }

    private void end() {
        rate.unlimit();
        late = 0;
        allLate = 0;
        waitBefore = 0;
        calm = 0;
        capacity = 0;
        corrected = 1;
        state = State.NONE;
    }
}
