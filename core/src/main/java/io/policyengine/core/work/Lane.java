package io.policyengine.core.work;

import java.util.Locale;

/** A lane of work off the event loops: each has threads and a queue that the others leave to it. */
public enum Lane {
    /** Work of some 20 milliseconds at most. */
    SHORT,
    /** Longer work. At least one thread is left to the other lanes, where there are two. */
    LONG,
    /** The hashing of passwords, which is meant to be slow: at most half of the threads. */
    PASSWORDS;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The lane as meters name it. */
    public String label() {
        return label;
    }
}
