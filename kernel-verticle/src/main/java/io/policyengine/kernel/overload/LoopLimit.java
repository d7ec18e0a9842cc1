package io.policyengine.kernel.overload;

import io.policyengine.core.config.AdaptiveLimitConfig;
import io.policyengine.core.config.Priority;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * The limit of exchanges that one event loop lets begin, which follows from the time that messages wait for it. While they wait less than
 * {@code limits.adaptive.target_lag_ms}, or than {@value #ALWAYS} exchanges take, there is none. Once they have waited longer for half a
 * second, and not less and less, exchanges begin at the rate at which the loop was seen to serve them while it was busy; a little faster
 * while messages wait less than a quarter of that time, slower while they wait longer. What is beyond is refused, low priorities first,
 * and of one priority first those whose route and client ask for more than a fair share. The limit ends when nothing has been refused for a
 * second.
 *
 * <p>So a pause of the whole process, or a burst, leads to no refusal where the loop can do more than is asked: what it has left to do then
 * gets less from window to window of 100 ms. Where that takes more than five seconds, it is overload all the same: clients that come in
 * pulses, or whose requests cost now more, now less, could make waits that mostly fall, and never end.
 *
 * <p>The wait of a message is the time since the first message that the loop took up in the same turn: whatever a saturated loop finds when
 * it looks at its connections, it works off in one turn. A turn that takes too long is judged before its end, which may be seconds away.
 * Confined to the event loop, but for what {@link #state} tells. Holds a few numbers and {@link RecentShares}.
 */
public final class LoopLimit {
    private static final long WINDOW = Duration.ofMillis(100).toNanos();

    /** The time for which messages have waited too long, and not less and less, before anything is refused. */
    private static final long PATIENCE = 5 * WINDOW;

    /** The most of it that one window counts for: the first one after a pause is as long as the pause. */
    private static final long MOST_OF_WINDOW = 2 * WINDOW;

    /** The length of a window that counts whole: a pause that long leaves more behind than anybody waits for. */
    private static final long LONG_WINDOW = 10 * WINDOW;

    /** The part of the wait of the window before, below which the loop is catching up. */
    private static final double FALLING = 0.95;

    /** The time for which messages have waited too long, before something is refused though they wait less and less. */
    private static final long LONGEST = Duration.ofSeconds(5).toNanos();

    /** Windows without a refusal after which there is no limit. */
    private static final int CALM = 10;

    /** A loop that had nothing to do for so long begins anew. */
    private static final long IDLE = Duration.ofSeconds(1).toNanos();

    /** Messages of a window below which nothing is concluded from it. */
    private static final int FEW = 20;

    /** The weight of one window in what is known of the loop. */
    private static final double WEIGHT = 0.3;

    /** The part of the time that messages may wait, which they are to wait while there is a limit: what is left is for bursts. */
    private static final double AIM = 0.25;

    /** The part by which the rate differs for each such time that messages wait more or less. */
    private static final double GAIN = 0.05;

    private static final double MOST_LESS = 0.3;

    /** By how much each window corrects what is measured, which is wrong where the loop does more than is seen here. */
    private static final double CORRECTION = 0.02;

    /** Exchanges that may wait for the loop in any case, on average: with heavy policies they take longer than the target. */
    private static final int ALWAYS = 16;

    /** Bytes of a first message that count as an exchange: more than most have. */
    private static final int LONG_MESSAGE = 4096;

    /** The least rate, in exchanges a second: what begins tells whether more can. */
    private static final double LEAST = 20;

    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final Ticker ticker;
    private final Executor endOfTurn;
    private final AdmissionRate rate = new AdmissionRate();
    private final RecentShares routes;
    private final RecentShares clients;

    private boolean enabled;
    private long target;

    private boolean isInTurn;
    private long turnBegan;
    /** The time since when the turn counts for the window. */
    private long turnCounts;

    private boolean isInWindow;
    private long windowBegan;
    private long busy;
    private long waited;
    private int messages;
    private int begun;
    private int refused;
    private int calm;
    /** The time for which messages have waited too long, without that in which they got less. */
    private long late;
    /** The time since when they have, in each window. */
    private long allLate;
    /** The mean wait of the window before. */
    private long waitBefore;
    /** Exchanges a second that the loop serves if it does nothing else; 0: not known yet. */
    private double capacity;

    private double corrected = 1;

    private volatile State state = State.NONE;

    /**
     * The state of a limit, for metrics.
     *
     * @param rate exchanges a second; 0 where there is no limit
     * @param waitNanos the mean time that the messages of the last window waited, in nanoseconds
     * @param endedAt the time at which that window ended, by the loop's ticker
     */
    public record State(double rate, long waitNanos, long endedAt) {
        static final State NONE = new State(0, 0, 0);
    }

    /**
     * No limit yet.
     *
     * @param endOfTurn runs a task when the event loop has worked off what it found this turn
     * @param random of the event loop
     */
    public LoopLimit(Ticker ticker, Executor endOfTurn, RandomGenerator random, AdaptiveLimitConfig config) {
        this.ticker = ticker;
        this.endOfTurn = endOfTurn;
        this.routes = new RecentShares(random);
        this.clients = new RecentShares(random);
        apply(config);
    }

    /** Goes on by other settings. */
    public void apply(AdaptiveLimitConfig config) {
        enabled = config.enabled();
        target = config.targetLag().toNanos();
        if (!enabled) {
            end();
        }
    }

    /** A message is taken up. */
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

    /** True if so much is taken up in this turn that its end must not be waited for. */
    private boolean isOverdue(long now) {
        long window = now - windowBegan;
        return window >= PATIENCE && messages >= FEW && lateAfter(waited / messages, window) >= PATIENCE;
    }

    private void beginTurn(long now) {
        if (!isInWindow || now - windowBegan > IDLE) {
            end();
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
     * True if an exchange may begin; to be asked after {@link #arrived}.
     *
     * @param route that it is for, as the configuration writes it; empty for all that nothing is configured for
     * @param client address; empty if it is not known
     * @param bytes of its first message
     */
    public boolean admits(Priority priority, String route, String client, int bytes) {
        if (!enabled) {
            return true;
        }
        int asked = 1 + bytes / LONG_MESSAGE;
        // Counted before there is a limit, too: the first of all that it refuses must not be those who ask for little.
        int unfair = (routes.asks(route, asked) ? 2 : 0) + (!client.isEmpty() && clients.asks(client, asked) ? 1 : 0);
        if (rate.isUnlimited() || rate.admits(priority, unfair, asked, Math.max(turnBegan, windowBegan))) {
            begun += asked;
            return true;
        }
        refused++;
        return false;
    }

    /** The state at the end of the last window; none where nothing has come for so long that the loop begins anew. To be asked from anywhere. */
    public State state() {
        State last = state;
        return ticker.nanoTime() - last.endedAt() > IDLE ? State.NONE : last;
    }

    private void beginWindow(long now) {
        isInWindow = true;
        windowBegan = now;
        routes.roll(begun, late > 0);
        clients.roll(begun, late > 0);
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
        boolean isLate = messages >= FEW && wait > mayWait;
        late = isLate ? lateAfter(wait, now - windowBegan) : 0;
        allLate = isLate ? allLate + now - windowBegan : 0;
        waitBefore = wait;
        calm = refused == 0 ? calm + 1 : 0;
        if (!rate.isUnlimited() && calm >= CALM) {
            end();
        } else if (!rate.isUnlimited() || late >= PATIENCE || allLate >= LONGEST) {
            limit(wait / (AIM * mayWait), now);
        }
        state = new State(rate.perSecond(), wait, now);
    }

    /** The new value of {@link #late}: less where the loop is catching up, as it does after a pause if less is asked than it can do. */
    private long lateAfter(long wait, long window) {
        long counts = window < LONG_WINDOW ? Math.min(window, MOST_OF_WINDOW) : window;
        return wait < FALLING * waitBefore ? Math.max(0, late - counts) : late + counts;
    }

    /**
     * Limits the rate.
     *
     * @param wait as a multiple of the time that messages are to wait
     */
    private void limit(double wait, long now) {
        if (wait > 1) {
            corrected *= 1 - CORRECTION;
        } else if (refused > 0) {
            corrected = Math.min(1, corrected * (1 + CORRECTION));
        }
        double less = Math.min(MOST_LESS, GAIN * (wait - 1));
        rate.limit(Math.max(LEAST, capacity * corrected * (1 - less)), now);
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
