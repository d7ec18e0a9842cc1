package io.policyengine.core.config;

/** The importance of a route's exchanges where not all can be served; lower ones are refused first. */
public enum Priority {
    /** The priority of routes on which others depend: health, login. */
    CRITICAL(0),
    /** Above what is ordinary. */
    HIGH(1),
    /** The default priority. */
    NORMAL(2),
    /** The priority of routes that can wait: reports, exports. */
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
