package io.policyengine.core.sink.chain;

import java.time.Instant;
import java.util.Locale;

/**
 * An entry that the writer of a chain adds itself, and signs if it has a key.
 *
 * @param count lost records or missing entries, depending on the reason
 * @param every limit of entries until the next checkpoint
 */
public record Checkpoint(Reason reason, Instant time, long count, int every) {
    /** The {@code type} of checkpoints among the entries. */
    public static final String TYPE = "checkpoint";

    /** The reasons for a checkpoint. */
    public enum Reason {
        /** A file begins, or the engine resumes writing to it. */
        BEGIN,
        /** Enough entries were written, or enough time has passed. */
        PERIODIC,
        /** Records were lost before they could be written. */
        LOST,
        /** The file ends; the next entry is in a new one. */
        ROTATED,
        /** The writer shut down cleanly. */
        END,
        /** The file held fewer entries than the writer had written, or an incomplete last one. */
        RECOVERED;

        private final String label = name().toLowerCase(Locale.ROOT);

        public String label() {
            return label;
        }
    }
}
