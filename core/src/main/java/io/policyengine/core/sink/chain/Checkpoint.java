package io.policyengine.core.sink.chain;

import java.time.Instant;
import java.util.Locale;

/**
 * An entry that the writer of an audit chain adds on its own, and signs if it has a key.
 *
 * @param count the number of lost records or missing entries, depending on the reason
 * @param every maximum number of entries until the next checkpoint
 */
public record Checkpoint(Reason reason, Instant time, long count, int every) {
    /** The value of {@code type} in a checkpoint. */
    public static final String TYPE = "checkpoint";

    /** The reasons for a checkpoint. */
    public enum Reason {
        /** A file begins, or the engine resumes writing to it. */
        BEGIN,
        /** The maximum number of entries or the maximum time since the last checkpoint was reached. */
        PERIODIC,
        /** Records were lost before they could be written. */
        LOST,
        /** The file ends; the next entry is in a new file. */
        ROTATED,
        /** The writer shut down cleanly. */
        END,
        /** The file contained fewer entries than the writer had recorded, or its last entry was incomplete. */
        RECOVERED;

        private final String label = name().toLowerCase(Locale.ROOT);

        public String label() {
            return label;
        }
    }
}
