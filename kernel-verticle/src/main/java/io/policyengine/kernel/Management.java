package io.policyengine.kernel;

import io.policyengine.core.admin.AdminRoutes;
import io.policyengine.kernel.recorder.ExchangeObservers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The management of a kernel: observes its exchanges and serves operators. It is optional. Its only cost for an
 * exchange is one call of each observer, when the exchange ends.
 */
public interface Management {
    /** A factory of a management that does nothing. The admin server still serves metrics and health. */
    Factory NONE = _ -> new Management() {};

    @FunctionalInterface
    interface Factory {
        /**
         * Returns the management of a starting kernel. Called once, on the kernel's event loop, before the kernel
         * serves Envoy.
         */
        Management manage(ManagedKernel kernel);
    }

    default ExchangeObservers observers() {
        return ExchangeObservers.NONE;
    }

    /** Returns the paths that the admin server serves in addition to metrics and health, or null for no others. */
    default @Nullable AdminRoutes routes() {
        return null;
    }

    /** Human-readable remarks, shown with the kernel's readiness. Called on the kernel's event loop. */
    default List<String> remarks() {
        return List.of();
    }

    /** Releases the resources of the management. Called on the kernel's event loop. */
    default void close() {}
}
