package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.kernel.overload.Reserve;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.route.RouteTable;
import java.time.Duration;

/** The settings and routes of an exchange, valid until it unpins them. */
public interface Pinned {
    /** The number of the generation; 0 outside of generations. */
    long id();

    EngineConfig config();

    RouteTable<RoutePlan> routes();

    /** The time since the generation was superseded; zero if it is current. */
    Duration retiredFor();

    /** The slots and bytes that its routes leave to each other by their priorities. */
    Reserve reserve();

    /** Releases one pin. */
    void unpin();
}
