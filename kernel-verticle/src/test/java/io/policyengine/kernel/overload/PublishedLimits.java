package io.policyengine.kernel.overload;

import io.policyengine.kernel.overload.SimulatedWorkers.Limit;
import io.policyengine.kernel.overload.SimulatedWorkers.Source;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** Published algorithms that limit calls in flight, with the parameters that their authors recommend. */
final class PublishedLimits {
    private static final int FIRST = 20;
    private static final int MAX = 1000;

    private PublishedLimits() {}

    /** A limit that changes when a call ends. */
    abstract static class Counted implements Limit {
        private final LongSupplier clock;
        double limit = FIRST;
        int inFlight;

        Counted(LongSupplier clock) {
            this.clock = clock;
        }

        final long now() {
            return clock.getAsLong();
        }

        @Override
        public boolean admits(Source source) {
            return inFlight < limit;
        }

        @Override
        public Object began() {
            inFlight++;
            return now();
        }

        @Override
        public void ended(Object begun, Source source, boolean isAnswered) {
            ended(now() - (Long) begun, isAnswered);
            inFlight--;
        }

        abstract void ended(long time, boolean isAnswered);
    }

    /** No limit except {@code max_calls}. */
    static final class None extends Counted {
        None(LongSupplier clock) {
            super(clock);
            limit = MAX;
        }

        @Override
        void ended(long time, boolean isAnswered) {}
    }

    /** Gradient2 of Netflix's concurrency-limits: the long-term mean time, with a tolerance, by the time of a call. */
    static final class Gradient2 extends Counted {
        private static final double TOLERANCE = 1.5;
        private static final double SMOOTHING = 0.2;
        private static final int QUEUE = 4;
        private static final int LONG = 600;
        private double longTime;
        private int seen;

        Gradient2(LongSupplier clock) {
            super(clock);
        }

        @Override
        void ended(long time, boolean isAnswered) {
            seen++;
            double weight = seen <= 10 ? 1.0 / seen : 2.0 / (LONG + 1);
            longTime += weight * (time - longTime);
            if (longTime / time > 2) {
                longTime *= 0.95;
            }
            if (inFlight < limit / 2) {
                return;
            }
            double gradient = Math.clamp(TOLERANCE * longTime / time, 0.5, 1);
            double next = limit * gradient + QUEUE;
            limit = Math.clamp(limit * (1 - SMOOTHING) + next * SMOOTHING, FIRST, MAX);
        }
    }

    /** Vegas of Netflix's concurrency-limits: the queue is the part of the limit by which calls take longer. */
    static final class Vegas extends Counted {
        private static final int PROBE = 30;
        private long shortest = Long.MAX_VALUE;
        private int sinceProbe;

        Vegas(LongSupplier clock) {
            super(clock);
        }

        @Override
        void ended(long time, boolean isAnswered) {
            if (++sinceProbe >= PROBE * limit) {
                sinceProbe = 0;
                shortest = time;
            }
            shortest = Math.min(shortest, time);
            double log = Math.max(1, Math.log10(limit));
            double next = limit;
            if (!isAnswered) {
                next = limit - log;
            } else if (inFlight * 2 < limit) {
                return;
            } else {
                double queue = Math.ceil(limit * (1 - (double) shortest / time));
                if (queue <= log) {
                    next = limit + 6 * log;
                } else if (queue < 3 * log) {
                    next = limit + log;
                } else if (queue > 6 * log) {
                    next = limit - log;
                }
            }
            limit = Math.clamp(next, 1, MAX);
        }
    }

    /** Additive increase, and multiplicative decrease at a time-out. */
    static final class Aimd extends Counted {
        Aimd(LongSupplier clock) {
            super(clock);
        }

        @Override
        void ended(long time, boolean isAnswered) {
            if (!isAnswered) {
                limit = Math.max(FIRST, limit * 0.9);
            } else if (inFlight * 2 >= limit) {
                limit = Math.min(MAX, limit + 1);
            }
        }
    }

    /** Little's law: the highest recent rate of answers (as BBR measures it) times half of the time-out. */
    static final class ServedRate extends Counted {
        private static final long WINDOW = Duration.ofMillis(100).toNanos();
        private final int[] answers = new int[10];
        private long window;

        ServedRate(LongSupplier clock) {
            super(clock);
        }

        @Override
        void ended(long time, boolean isAnswered) {
            long index = now() / WINDOW;
            for (long i = Math.max(window + 1, index - answers.length + 1); i <= index; i++) {
                answers[(int) (i % answers.length)] = 0;
            }
            window = index;
            answers[(int) (index % answers.length)] += isAnswered ? 1 : 0;
            double most = Arrays.stream(answers).max().orElse(0) * 1e9 / WINDOW;
            limit = Math.max(4, most * SimulatedWorkers.TIMEOUT.toNanos() / 2e9);
        }
    }
}
