package io.policyengine.core.config;

/** The importance of a route's exchanges where not all can be served; lower ones are refused first. */
public enum Priority {
    /** For routes that others depend on: health, login. */
    CRITICAL(0),
    /** Above what is ordinary. */
    HIGH(1),
    /** For routes that say nothing else. */
    NORMAL(2),
    /** For routes that can wait: reports, exports. */
    LOW(3);

    private final int rank;

    Priority(int rank) {
        this.rank = rank;
    }

    /** The number of priorities above it. */
    public int rank() {
        return rank;
    }
}
