package io.policyengine.core.sink.chain;

import java.time.Instant;
import java.util.Locale;

/**
 * An entry that the writer of a chain adds by itself, and signs if it has a key.
 *
 * @param count records that were lost, or entries that are missing, by the reason
 * @param every entries after which the next checkpoint follows at the latest
 */
public record Checkpoint(Reason reason, Instant time, long count, int every) {
    /** The type of such an entry. */
    public static final String TYPE = "checkpoint";

    /** The reasons for one. */
    public enum Reason {
        /** A file begins, or the engine begins to write to it again. */
        BEGIN,
        /** Enough entries were written, or enough time is over. */
        PERIODIC,
        /** Records were lost before they could be written. */
        LOST,
        /** The file ends: the next entry is in a new one. */
        ROTATED,
        /** The writer ends in order. */
        END,
        /** The writer found fewer entries in the file than it had written, or only a part of the last one. */
        RECOVERED;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The reason as it is written. */
        public String label() {
            return label;
        }
    }
}
