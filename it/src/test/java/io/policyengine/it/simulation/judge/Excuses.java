package io.policyengine.it.simulation.judge;

/**
 * How often an {@code on_failure} let exchanges go on without a part of their chain.
 *
 * @param times at least that often
 * @param all whether it is known that there was no more: not where an exchange ended before its chains did
 */
record Excuses(int times, boolean all) {
    static final Excuses NONE = new Excuses(0, true);

    Excuses and(Excuses other) {
        return new Excuses(times + other.times, all && other.all);
    }

    /** What is sure, if it is one or the other. */
    Excuses or(Excuses other) {
        return new Excuses(Math.min(times, other.times), all && other.all && times == other.times);
    }
}
