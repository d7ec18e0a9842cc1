package io.policyengine.core.time;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A reading of a monotonic clock, by which two processes find out whether they share this clock. Processes of one host
 * share CLOCK_MONOTONIC, unless they are in different time namespaces (time_namespaces(7)).
 *
 * @param bootId identifies the host and its start; not empty
 * @param nanos time of the clock
 */
public record ClockReading(String bootId, long nanos) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** Returns the time of the ticker, or null if the system does not identify its start. */
    public static @Nullable ClockReading of(Ticker ticker) {
        String bootId = Known.BOOT_ID;
        return bootId == null ? null : new ClockReading(bootId, ticker.nanoTime());
    }

    /**
     * Returns whether another process has read the clock of this process. The other process read its clock between two
     * readings of this process. So the time of a clock that is not shared could only be equal by chance.
     */
    public boolean isBetween(ClockReading before, ClockReading after) {
        return bootId.equals(before.bootId) && nanos - before.nanos >= 0 && after.nanos - nanos >= 0;
    }

    /** Holds the id, read once because it does not change while the host runs. */
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
