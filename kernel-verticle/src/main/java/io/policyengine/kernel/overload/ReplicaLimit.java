package io.policyengine.kernel.overload;

import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The limit of one kind of calls that one event loop has in flight at one replica of a worker. A call is refused if it
 * could not begin within about a third of the worker's timeout. A busy replica thus answers in time all calls that it receives.
 *
 * <p>The wait of a call is the time by which it took longer than the chain's own time. The own time is that of recent
 * calls that did not wait. It includes the policies' requests to other services (targets). While any chain is answered
 * promptly, the replica has no queue, and no limit begins. A slow target of one route thus does not limit another
 * route. A replica that refuses calls as overload has a queue, although it may answer the newest calls promptly. If
 * there is a queue, the calls in flight are limited by Little's law: to the number that the replica answers within the
 * permitted wait plus the calls' own time. The rate of answers is measured meanwhile. After half a second, the
 * permitted wait is halved. The limit ends after a second without refusals. A call is never refused if the worker has
 * already answered a call of the same exchange.
 *
 * <p>If fewer calls in flight do not shorten the wait, the calls wait for a target that all chains need. The wait then
 * becomes part of the chains' own time, and the limit ends.
 *
 * <p>Confined to the event loop, except {@link #state}. Holds a few numbers, {@link OwnTimes} and {@link
 * FairShares}.
 */
public final class ReplicaLimit {
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    /** The length of a measuring window, in nanoseconds, if enough calls end in it. */
    private static final long WINDOW = Duration.ofMillis(100).toNanos();

    /**
     * The minimum number of calls that end in a window. A window with fewer calls is extended up to
     * {@link #LONG_WINDOW}.
     */
    private static final int MIN_ENDED = 10;

    private static final long LONG_WINDOW = 10 * WINDOW;

    /** The permitted wait is halved when the limit has been in force for this time, in nanoseconds. */
    private static final long PATIENCE = 5 * WINDOW;

    /**
     * The fraction of the timeout by which the halved wait is shorter for each step beyond a fair share. Without it,
     * the limits of a flood and of other exchanges would differ by less than one call.
     */
    private static final double LESS_IF_UNFAIR = 0.01;

    /** The limit ends after this time without a refusal, in nanoseconds. */
    private static final long CALM = 10 * WINDOW;

    /** An answer is prompt if its wait is below 1/{@value} of the timeout. */
    private static final int PROMPT = 5;

    /** All calls are assumed to wait in a queue if the shortest wait is above 1/{@value} of the timeout. */
    private static final int QUEUED = 8;

    /** The longest pause between two answers, in nanoseconds, that counts in the measurement of answers per second. */
    private static final long MAX_PAUSE = WINDOW / 2;

    /** The number of late answers since the last prompt one that indicates a queue. */
    private static final int MIN_LATE = 4;

    /** The number of calls that a loop may always have in flight at a replica, to measure whether more are possible. */
    private static final int MIN = 4;

    /** The weight of a window in the calls' own time. */
    private static final double WEIGHT = 0.3;

    /** The weight of a window in the capacity, while all answers are late. */
    private static final double WEIGHT_LATE = 0.5;

    /** The factor by which the assumed capacity grows after each window of prompt answers while a limit is in force. */
    private static final double GROWTH = 1.25;

    /**
     * A fraction of an earlier wait. If the wait stays above it although the calls in flight become fewer, the calls do
     * not wait in the replica.
     */
    private static final double SAME = 0.9;

    /** The calls in flight have become fewer if they are below this fraction of an earlier number. */
    private static final double FEWER = 0.6;

    private final Ticker ticker;
    private final FairShares shares;
    private final OwnTimes ownTimes = new OwnTimes();

    private long timeout;
    private int inFlight;

    private long windowBegan;
    private int begun;
    private int answered;
    private int ended;
    private long times;
    private long flights;
    private long waits;
    private long leastWait;
    /** The calls that the replica refused as overload in the window. */
    private int refused;

    private long lastAnswer;
    /** The nanoseconds by which the longest pause between two answers of the window exceeds {@link #MAX_PAUSE}. */
    private long silence;
    /** The time of the last answer in the previous window. */
    private long answersFrom;

    private long lastPrompt;
    private int lateAnswers;
    /** The time at which the replica last refused a call as overload. */
    private long lastRefused;

    /** The answers per second that the replica can give to this loop; 0 if unknown. */
    private double capacity;

    private double smoothedRate;
    /** The mean time of a call, in nanoseconds, without the wait that all calls have. */
    private double ownTime;

    private boolean isLimiting;
    private long limitedFrom;
    private long lastRefusal;
    private long judgedFrom;
    private double judgedFlights;
    private double judgedWait;

    private volatile State state = State.NONE;

    /**
     * The state of a limit, for metrics.
     *
     * @param calls maximum calls in flight for routes of normal priority; 0 without a limit
     * @param until the time, on the loop's ticker, at which the limit ends
     */
    public record State(int calls, long until) {
        static final State NONE = new State(0, 0);
    }

    /**
     * A call in flight.
     *
     * @param at the time at which the call was sent
     * @param before the number of calls that were in flight before this call
     */
    public record Begun(long at, int before) {}

    /**
     * Creates the limit of calls to a replica. At first it admits every call.
     *
     * @param random the event loop's random generator
     */
    public ReplicaLimit(Ticker ticker, RandomGenerator random) {
        this.ticker = ticker;
        this.shares = new FairShares(random);
        long now = ticker.nanoTime();
        lastPrompt = now;
        lastRefused = now - WINDOW;
        lastAnswer = now;
        answersFrom = now;
        beginWindow(now);
    }

    /**
     * Returns whether a call may be sent.
     *
     * @param timeout the timeout of the worker's calls, in nanoseconds
     */
    public boolean admits(CallOrigin caller, long timeout) {
        return admits(caller, timeout, 1);
    }

    /** Returns whether a call may be sent whose demand was counted before, see {@link #admits}. */
    public boolean stillAdmits(CallOrigin caller, long timeout) {
        return admits(caller, timeout, 0);
    }

    private boolean admits(CallOrigin caller, long timeout, int demand) {
        long now = ticker.nanoTime();
        this.timeout = timeout;
        endWindowIfOver(now);
        int unfair = shares.asks(caller.route(), caller.client(), demand);
        if (caller.isAdmitted()) {
            return true;
        }
        if (inFlight < MIN || capacity == 0 || !(isLimiting || isLate(now)) || inFlight < most(caller.level(unfair))) {
            return true;
        }
        if (!isLimiting) {
            isLimiting = true;
            limitedFrom = now;
            judgedFlights = 0;
        }
        lastRefusal = now;
        publish(now);
        return false;
    }

    /** Records that a call was sent. */
    public Begun began() {
        long now = ticker.nanoTime();
        if (inFlight == 0) {
            lastPrompt = now;
            lateAnswers = 0;
        }
        begun++;
        return new Begun(now, inFlight++);
    }

    /**
     * Records the end of a call.
     *
     * @param chain the id of the call's chain in the worker
     */
    public void ended(Begun call, long chain, CallEnd end) {
        inFlight--;
        if (end == CallEnd.UNKNOWN || timeout == 0) {
            return;
        }
        long now = ticker.nanoTime();
        endWindowIfOver(now);
        long time = now - call.at();
        long own = ownTimes.of(chain);
        if (end == CallEnd.ANSWERED) {
            answered(now);
            if (!isLimiting) {
                ownTimes.add(chain, time);
            }
            if (own == OwnTimes.UNKNOWN) {
                return;
            }
        }
        if (end == CallEnd.REFUSED) {
            refused++;
            lastRefused = now;
        }
        long wait = Math.max(time - own, end == CallEnd.ANSWERED ? 0 : timeout / PROMPT);
        if (wait < timeout / PROMPT) {
            lastPrompt = now;
            lateAnswers = 0;
        } else {
            lateAnswers++;
        }
        ended++;
        times += time;
        flights += call.before();
        waits += wait;
        leastWait = Math.min(leastWait, wait);
    }

    private void answered(long now) {
        silence = Math.max(silence, now - lastAnswer - MAX_PAUSE);
        lastAnswer = now;
        answered++;
    }

    /** Returns the state of the limit, or {@code NONE} if no call was refused lately. Thread-safe. */
    public State state() {
        State last = state;
        return ticker.nanoTime() - last.until() > 0 ? State.NONE : last;
    }

    private boolean isLate(long now) {
        return (lateAnswers >= MIN_LATE && now - lastPrompt >= timeout / (2 * QUEUED)) || now - lastRefused < WINDOW;
    }

    private double most(int level) {
        return capacity / SECOND * (ownTime + mayWait(level));
    }

    /**
     * Returns the permitted wait in nanoseconds: half of the timeout for the most important level, a quarter for the
     * least important. Once the limit has been in force for {@link #PATIENCE}, the wait is half as long.
     */
    private double mayWait(int level) {
        double wait = timeout * (0.5 - 0.25 * level / (AdmissionRate.LEVELS - 1));
        return isLimiting && ticker.nanoTime() - limitedFrom >= PATIENCE
                ? wait / 2 - timeout * LESS_IF_UNFAIR * CallOrigin.unfair(level)
                : wait;
    }

    private void endWindowIfOver(long now) {
        long length = now - windowBegan;
        if (length >= WINDOW && (ended >= MIN_ENDED || length >= LONG_WINDOW)) {
            conclude(now, length);
            beginWindow(now);
        }
    }

    private void beginWindow(long now) {
        windowBegan = now;
        shares.roll(begun, isLimiting || isLate(now));
        answersFrom = lastAnswer;
        begun = 0;
        answered = 0;
        ended = 0;
        times = 0;
        flights = 0;
        waits = 0;
        refused = 0;
        silence = 0;
        leastWait = Long.MAX_VALUE;
    }

    private void conclude(long now, long length) {
        if (ended > 0) {
            if (refused == 0) {
                // Otherwise the newest calls began first, so the waits differ.
                double own = (double) times / ended - leastWait;
                ownTime = ownTime == 0 ? own : ownTime + WEIGHT * (own - ownTime);
            }
            measure(length);
        }
        if (!isLimiting) {
            ownTimes.roll(now);
        } else if (now - lastRefusal >= CALM) {
            end();
        } else {
            judge(now);
        }
    }

    private void measure(long length) {
        double rate = answered * SECOND / length;
        smoothedRate += WEIGHT * (rate - smoothedRate);
        if (leastWait < timeout / QUEUED && refused == 0) {
            // A limit keeps the rate low, so a replica that answers promptly is asked whether it can do more.
            capacity = Math.max(isLimiting ? capacity * GROWTH : capacity, smoothedRate);
        } else if (answered > 1) {
            // A pause of the process says nothing of its capacity.
            double seen = answered * SECOND / Math.max(1, lastAnswer - answersFrom - silence);
            capacity = capacity == 0 ? seen : capacity + WEIGHT_LATE * (seen - capacity);
        } else if (ended >= MIN_ENDED) {
            // All are too late, so their rate is unknown, and far below the capacity that admitted them.
            capacity -= WEIGHT_LATE * capacity;
        }
    }

    /** Ends the limit if the wait does not depend on the calls in flight. */
    private void judge(long now) {
        if (ended < MIN_ENDED) {
            return;
        }
        double before = (double) flights / ended;
        double wait = (double) waits / ended;
        if (judgedFlights == 0) {
            judgedFrom = now;
            judgedFlights = before;
            judgedWait = wait;
        } else if (refused == 0
                && before < FEWER * judgedFlights
                && leastWait >= timeout / QUEUED
                && wait > SAME * judgedWait) {
            ownTimes.clear();
            end();
        } else if (now - judgedFrom >= 2 * timeout) {
            judgedFlights = 0;
        }
    }

    private void publish(long now) {
        int normal = CallOrigin.NORMAL_LEVEL;
        state = new State(Math.max(MIN, (int) most(normal)), now + CALM);
    }

    private void end() {
        isLimiting = false;
        lateAnswers = 0;
        lastPrompt = ticker.nanoTime();
        state = State.NONE;
    }
}
