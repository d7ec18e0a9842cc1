package io.policyengine.core.who;

/**
 * The work that the calculation for one route may need, counted in comparisons of states and in parts of conditions.
 * Beyond it, the calculation ends and assumes the worst. The work for one entry may exceed it.
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
