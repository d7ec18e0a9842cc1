package io.policyengine.policies.traffic.shared.counting;

/** The keys by which limits count a request, and its costs. */
public final class LimitedRequest {
    /** The key that all limits share, or one key for each limit. */
    final String[] keys;
    /** The costs of the request, one for each limit, as numbers of requests. */
    final long[] costs;

    LimitedRequest(String[] keys, long[] costs) {
        this.keys = keys;
        this.costs = costs;
    }

    String key(int limit) {
        return keys.length == 1 ? keys[0] : keys[limit];
    }

    LimitedRequest forNothing() {
        return new LimitedRequest(keys, new long[costs.length]);
    }
}
