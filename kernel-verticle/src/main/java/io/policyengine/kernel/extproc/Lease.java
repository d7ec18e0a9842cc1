package io.policyengine.kernel.extproc;

import io.policyengine.core.config.Priority;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.account.Share;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.generation.Pinned;
import io.policyengine.kernel.plan.RoutePlan;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An exchange's hold on the kernel: its generation until nothing is left to do, and, from its first message until the
 * end of its stream, one of the slots of {@code limits.max_exchanges}. It takes no slot before the first message, since
 * the share is unknown: Envoy opens thousands of streams whose messages wait for the window of a new connection, and
 * those must not take the slots of others.
 */
final class Lease {
    private final KernelContext shared;
    private final Pinned generation;
    private final int maxExchanges;
    private boolean isPlaced;
    private boolean pinned = true;
    private @Nullable Share route;
    private @Nullable Share client;

    /**
     * The lease of an exchange whose stream is open.
     *
     * @param generation pinned for it
     */
    Lease(KernelContext shared, Pinned generation) {
        this.shared = shared;
        this.generation = generation;
        this.maxExchanges = generation.config().kernel().limits().maxExchanges();
    }

    /** Takes a slot for the first message; false if there is none for this priority. */
    boolean place(Priority priority) {
        isPlaced = shared.enter(maxExchanges - (int) generation.reserve().leftBy(priority, maxExchanges));
        return isPlaced;
    }

    /** The number of the exchange's generation. */
    long generation() {
        return generation.id();
    }

    /** True if the account has so much room left that one of this priority may begin. */
    boolean hasRoom(Priority priority) {
        MemoryAccount account = shared.account();
        return account.free() >= generation.reserve().leftBy(priority, account.capacity());
    }

    /** The plan for a route in the exchange's generation; null if no route policy is for it. */
    @Nullable
    RoutePlan planOf(String routeName) {
        return generation.routes().find(routeName);
    }

    /**
     * Takes the slot in the shares of route and client. A refused exchange has no slot from then on, however long Envoy
     * keeps its stream: a flood of refusals must not take the slots that the shares leave to others.
     *
     * @param ofRoute as written in the configuration; empty without a route policy
     * @param ofClient address; empty if unknown
     * @param stream whose bytes count for them from now on
     * @return false if the share of either is exhausted
     */
    boolean share(Priority priority, String ofRoute, String ofClient, EnvoyStream stream) {
        Share its = shared.routes().enter(ofRoute);
        Share his = ofClient.isEmpty() ? null : shared.clients().enter(ofClient);
        route = its;
        client = his;
        stream.account().belongsTo(its, his, priority);
        int free = maxExchanges - shared.active();
        if (its.hasTooManyPlaces(free) || (his != null && his.hasTooManyPlaces(free))) {
            freePlaces();
            return false;
        }
        return true;
    }

    /** The time for which the generation has been replaced that it still holds; zero if it holds none that has. */
    Duration heldRetiredFor() {
        return pinned ? generation.retiredFor() : Duration.ZERO;
    }

    /** Holds the generation no longer; once is enough. */
    void unpin() {
        if (pinned) {
            pinned = false;
            generation.unpin();
        }
    }

    /** The stream is over: gives back all that is held. To be called once. */
    void free() {
        unpin();
        freePlaces();
    }

    private void freePlaces() {
        if (isPlaced) {
            isPlaced = false;
            shared.leave();
        }
        if (route != null) {
            shared.routes().leave(route);
            route = null;
        }
        if (client != null) {
            shared.clients().leave(client);
            client = null;
        }
    }
}
