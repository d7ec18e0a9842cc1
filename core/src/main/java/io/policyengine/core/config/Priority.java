package io.policyengine.core.config;

/** The importance of a route's exchanges. Under overload, exchanges of lower priority are refused first. */
public enum Priority {
    /** Highest priority, for routes on which others depend, such as health and login. */
    CRITICAL(0),
    /** The priority above the default. */
    HIGH(1),
    NORMAL(2),
    /** Lowest priority, for routes that can wait, such as reports and exports. */
    LOW(3);

    private final int rank;

    Priority(int rank) {
        this.rank = rank;
    }

    /** The number of priorities above this one. */
    public int rank() {
        return rank;
    }
}
