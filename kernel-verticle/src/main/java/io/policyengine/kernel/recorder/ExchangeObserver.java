package io.policyengine.kernel.recorder;

import io.policyengine.core.config.ObservabilityConfig;

/** Observes each finished exchange of one event loop, on that loop. */
public interface ExchangeObserver {
    /**
     * An exchange is over.
     *
     * @param record of it, which is used again afterwards: what is kept of it is copied
     */
    void ended(ExchangeRecord record);

    /** True if it looks at exchanges under these settings. Where no observer does, nothing is recorded. */
    default boolean wants(ObservabilityConfig settings) {
        return true;
    }
}
