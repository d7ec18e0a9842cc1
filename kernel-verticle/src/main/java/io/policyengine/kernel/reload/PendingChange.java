package io.policyengine.kernel.reload;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.metrics.KernelMeters;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The oldest change of the conf directory that has not taken effect, read or not. A gauge shows its age. Written on the
 * event loop of {@link ReloadCoordinator}, read on any thread.
 */
final class PendingChange {
    private final ConfStore store;
    private final Generations generations;
    private final Ticker ticker;
    /** The time of the first change that was read but has not taken effect, or null. */
    private volatile @Nullable Long since;

    PendingChange(ConfStore store, Generations generations, Ticker ticker, KernelMeters meters) {
        this.store = store;
        this.generations = generations;
        this.ticker = ticker;
        meters.pendingChange(this::seconds);
    }

    /** Compares the texts that were read last with the texts in force. */
    void note(ConfTexts read) {
        Generation running = generations.current();
        if (running != null && read.hash().equals(running.snapshot().texts().hash())) {
            since = null;
        } else if (since == null) {
            since = store.textsSince();
        }
    }

    /** Returns the age of the change in seconds; 0 if all changes have taken effect. */
    private double seconds() {
        Long began = since;
        Duration read = began == null ? Duration.ZERO : Duration.ofNanos(ticker.nanoTime() - began);
        Duration unread = store.unreadFor();
        return (read.compareTo(unread) > 0 ? read : unread).toMillis() / 1000.0;
    }
}
