package io.policyengine.core.time;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A reading of a monotonic clock. Two processes compare readings to find out whether they share the clock. Processes of
 * one host share CLOCK_MONOTONIC, unless they are in different time namespaces (time_namespaces(7)).
 *
 * @param bootId identifies the host and its start; not empty
 * @param nanos time of the clock
 */
public record ClockReading(String bootId, long nanos) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** Returns a reading of the ticker, or null if the operating system has no id of its boot. */
    public static @Nullable ClockReading of(Ticker ticker) {
        String bootId = Known.BOOT_ID;
        return bootId == null ? null : new ClockReading(bootId, ticker.nanoTime());
    }

    /**
     * Returns whether another process took this reading from the clock of this process. Its time must lie between two
     * readings of this process, taken before and after it. A different clock could meet this condition only by chance.
     */
    public boolean isBetween(ClockReading before, ClockReading after) {
        return bootId.equals(before.bootId) && nanos - before.nanos >= 0 && after.nanos - nanos >= 0;
    }

    /** Holds the host's boot id. It is read only once, because it does not change while the host runs. */
    private static final class Known {
        static final @Nullable String BOOT_ID = readBlocking();

        private static @Nullable String readBlocking() {
            try {
                String id = Files.readString(ClockReading.BOOT_ID).strip();
                return id.isEmpty() ? null : id;
            } catch (IOException notLinux) {
                return null;
            }
        }
    }
}
