package io.policyengine.core.config;

/** The importance of a route's exchanges under overload; lower ones are refused first. */
public enum Priority {
    /** The priority of routes on which others depend: health, login. */
    CRITICAL(0),
    /** The priority above the default. */
    HIGH(1),
    NORMAL(2),
    /** The priority of routes that can wait: reports, exports. */
    LOW(3);

    private final int rank;

    Priority(int rank) {
        this.rank = rank;
    }

    /** The number of higher priorities. */
    public int rank() {
        return rank;
    }
}
