package io.policyengine.core.who;

/**
 * The maximum work of a calculation, counted in comparisons and in parts of conditions. Beyond it, the calculation ends
 * and assumes the worst. The last step may exceed the maximum.
 */
final class WorkBudget {
    private final long limit;
    private long taken;

    WorkBudget(long limit) {
        this.limit = limit;
    }

    void take(long work) {
        taken += work;
    }

    boolean isSpent() {
        return taken >= limit;
    }

    /** The work done so far. */
    long taken() {
        return taken;
    }
}
