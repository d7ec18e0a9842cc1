package io.policyengine.kernel;

import io.policyengine.core.admin.AdminRoutes;
import io.policyengine.kernel.recorder.ExchangeObservers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The management of a kernel: observes its exchanges, and serves operators. The kernel knows this port alone, and runs without management
 * too. What an exchange costs for it is one call of each observer at the end of the exchange.
 */
public interface Management {
    /** Makes no management: metrics and health are served all the same. */
    Factory NONE = _ -> new Management() {};

    /** Makes the management of a kernel. */
    @FunctionalInterface
    interface Factory {
        /** Returns the management of a kernel that starts; called once, on the kernel's event loop, before anything is served. */
        Management manage(ManagedKernel kernel);
    }

    /** The observers of exchanges. */
    default ExchangeObservers observers() {
        return ExchangeObservers.NONE;
    }

    /** The paths that the admin server serves besides metrics and health; null if there are none. */
    default @Nullable AdminRoutes routes() {
        return null;
    }

    /** Remarks on its own state, for people who ask whether the kernel is ready. Asked on the kernel's event loop. */
    default List<String> remarks() {
        return List.of();
    }

    /** Ends what lasts only as long as the kernel; called on the kernel's event loop. */
    default void close() {}
}
