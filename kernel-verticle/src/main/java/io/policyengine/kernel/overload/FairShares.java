package io.policyengine.kernel.overload;

import java.util.random.RandomGenerator;

/** The recent demand of routes and of clients, and their fair shares. Confined to an event loop. */
final class FairShares {
    private final RecentShares routes;
    private final RecentShares clients;

    FairShares(RandomGenerator random) {
        this.routes = new RecentShares(random);
        this.clients = new RecentShares(random);
    }

    /**
     * Adds requests to the demand of a route and a client.
     *
     * @param client the client's address; empty if unknown
     * @return 2 if the route exceeds a fair share, plus 1 if the client does
     */
    int asks(String route, String client, int times) {
        return (routes.asks(route, times) ? 2 : 0) + (!client.isEmpty() && clients.asks(client, times) ? 1 : 0);
    }

    /** Ends a measuring window, see {@link RecentShares#roll}. */
    void roll(int had, boolean isTooMuch) {
        routes.roll(had, isTooMuch);
        clients.roll(had, isTooMuch);
    }
}
