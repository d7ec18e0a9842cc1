package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.kernel.overload.Reserve;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.route.RouteTable;
import java.time.Duration;

/** The settings and routes that an exchange runs by, there until it ends its pin. */
public interface Pinned {
    /** The number of the generation; 0 of one that is no generation. */
    long id();

    /** The settings that are in force. */
    EngineConfig config();

    /** Finds the plan of a route name. */
    RouteTable<RoutePlan> routes();

    /** The time for which another one has been in its place; zero while none is. */
    Duration retiredFor();

    /** The places and bytes that its routes leave to each other by their priorities. */
    Reserve reserve();

    /** Ends a pin. */
    void unpin();
}
