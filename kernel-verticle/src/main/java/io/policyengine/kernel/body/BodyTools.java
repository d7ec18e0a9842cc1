package io.policyengine.kernel.body;

import io.policyengine.core.config.EnvoyConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.envoy.EnvoyWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The tools that all bodies of one generation share on one event loop.
 *
 * @param work threads for work that would block an event loop
 * @param config the settings of the generation
 * @param account the memory account of the process
 */
public record BodyTools(
        Executor work,
        KernelConfig config,
        DeadlineWheel deadlines,
        Ticker ticker,
        EnvoyWriter writer,
        MemoryAccount account) {
    /** Calls {@code late} after the given time, unless the returned deadline is cancelled. */
    DeadlineWheel.Deadline after(Duration time, Runnable late) {
        return deadlines.add(ticker.nanoTime() + time.toNanos(), late);
    }

    /** Calls {@code ask} after half of Envoy's message timeout. Returns null if Envoy never extends that timeout. */
    DeadlineWheel.@Nullable Deadline askForMoreTime(Runnable ask) {
        EnvoyConfig envoy = config.envoy();
        return envoy.patience().equals(envoy.messageTimeout())
                ? null
                : deadlines.add(ticker.nanoTime() + envoy.messageTimeout().toNanos() / 2, ask);
    }
}
