package io.policyengine.core.work;

import java.util.Locale;

/** The classes of work off the event loops. Each has its own queue and its own maximum of threads. */
public enum Lane {
    /** Work that takes at most about 20 milliseconds. */
    SHORT,
    /**
     * Work that may take more than about 20 milliseconds. It leaves at least one thread to the other lanes if there are
     * several threads.
     */
    LONG,
    /** Hashing of passwords, which is deliberately slow. It uses at most half of the threads, but at least one. */
    PASSWORDS;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name of the lane in metrics. */
    public String label() {
        return label;
    }
}
