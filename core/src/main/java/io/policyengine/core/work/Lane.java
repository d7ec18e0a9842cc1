package io.policyengine.core.work;

import java.util.Locale;

/** The classes of work off the event loops, each with its own queue and its own limit of threads. */
public enum Lane {
    /** Work of some 20 milliseconds at most. */
    SHORT,
    /** Longer work. It leaves at least one of several threads to the other lanes. */
    LONG,
    /** The hashing of passwords, which is meant to be slow: at most half of the threads. */
    PASSWORDS;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The lane as meters name it. */
    public String label() {
        return label;
    }
}
