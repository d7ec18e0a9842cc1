package io.policyengine.kernel.recorder;

import io.policyengine.core.config.ObservabilityConfig;

/** Observes each finished exchange of one event loop, on that loop. */
public interface ExchangeObserver {
    /**
     * Processes a finished exchange.
     *
     * @param record reused after the call, so its content must be copied
     */
    void ended(ExchangeRecord record);

    /**
     * Returns whether, under the given settings, the observer needs the records of exchanges. If no observer needs
     * them, nothing is recorded.
     */
    default boolean wants(ObservabilityConfig settings) {
        return true;
    }
}
