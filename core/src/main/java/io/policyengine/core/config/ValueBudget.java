package io.policyengine.core.config;

/**
 * How many values all files of a configuration may have together, those that aliases copy included: what is made of each, with its place and
 * what is checked of it, takes about a kilobyte of the heap. For one reading.
 */
final class ValueBudget {
    /** As many as the heap has room for. */
    static final int MOST = Math.toIntExact(Math.clamp(Runtime.getRuntime().maxMemory() / 1000, 10_000, 2_000_000));

    private long taken;

    /** Takes more; whether there is room for them. */
    boolean take(int more) {
        taken += more;
        return taken <= MOST;
    }
}
