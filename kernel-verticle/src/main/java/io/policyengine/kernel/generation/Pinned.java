package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.route.RouteTable;
import io.policyengine.kernel.overload.Reserve;
import io.policyengine.kernel.plan.RoutePlan;
import java.time.Duration;

/** The settings and routes that an exchange uses. They remain valid until the exchange calls {@link #unpin}. */
public interface Pinned {
    /** Returns the number of the generation; 0 if the settings belong to no generation. */
    long id();

    EngineConfig config();

    RouteTable<RoutePlan> routes();

    /** Returns the time since the generation was superseded; zero if it is current. */
    Duration retiredFor();

    /** Returns the slots and bytes that routes must leave free for routes of higher priority. */
    Reserve reserve();

    /** Releases the settings and routes for one exchange. */
    void unpin();
}
