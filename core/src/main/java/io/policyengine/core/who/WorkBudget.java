package io.policyengine.core.who;

/**
 * The work that the calculation for one route may take, counted in comparisons of states and in parts of conditions.
 * Once it is spent, a calculation ends and assumes the worst. Exceeded by at most the work for one entry.
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
