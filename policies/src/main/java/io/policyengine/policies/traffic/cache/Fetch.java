package io.policyengine.policies.traffic.cache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.traffic.cache.entry.CacheKey;
import io.policyengine.policies.traffic.cache.entry.StoredResponse;
import io.policyengine.policies.traffic.cache.entry.Variant;
import org.jspecify.annotations.Nullable;

/** A request sent to the upstream, until its response is stored or its exchange ends. Confined to one event loop. */
final class Fetch {
    private final Start start;
    private final @Nullable Flight lead;
    private final Capacity budget;
    private @Nullable StoredResponse stale;
    private @Nullable Draft draft;

    /**
     * The start of a fetch: the request as it reached the cache.
     *
     * @param key key under which its response may be stored; null if its method changes the resource
     * @param resource slot of the request's target
     * @param isAuthorized true if the response may be shared only with explicit permission
     * @param requestedAt time of the request by the store's clock, in microseconds
     * @param startedAt time of the request by the ticker, in nanoseconds
     * @param asks true if the engine added the validators of a stale response to the request
     */
    record Start(
            RequestView request,
            @Nullable CacheKey key,
            String resource,
            boolean isAuthorized,
            CacheStatus.Forward why,
            long requestedAt,
            long startedAt,
            boolean asks) {
        /** Creates the start of a fetch from the request's context, with the current time and without the body. */
        static Start of(
                RequestContext context,
                @Nullable CacheKey key,
                CacheState state,
                CacheStatus.Forward why,
                long requestedAt,
                boolean asks) {
            RequestView request = context.request().withBody(null);
            return new Start(
                    request,
                    key,
                    key == null ? Partition.resource(request) : key.resource(),
                    state.partition().isAuthorized(context),
                    why,
                    requestedAt,
                    state.env().ticker().nanoTime(),
                    asks);
        }
    }

    /**
     * A response to be stored once its body is complete.
     *
     * @param answer the response without its body
     * @param staleSeconds seconds for which the response is kept after its lifetime
     */
    record Draft(CacheKey key, Variant variant, StoredResponse answer, long staleSeconds) {}

    interface Flight {
        /**
         * Ends the flight with a response: the waiting requests look it up in the store.
         *
         * @param isStored false if waiting requests cannot use the response; then later requests with this key do not
         *     wait for a while
         */
        void land(boolean isStored);

        /** Ends the flight without a response: one of the waiting requests becomes the leader. */
        void crash();
    }

    /**
     * Creates a fetch.
     *
     * @param stale a stale response that is charged to the budget, or null
     * @param lead the flight that this fetch leads, or null
     */
    Fetch(Start start, @Nullable StoredResponse stale, @Nullable Flight lead, Capacity budget) {
        this.start = start;
        this.stale = stale;
        this.lead = lead;
        this.budget = budget;
    }

    Start start() {
        return start;
    }

    /** Returns the stale response that the upstream may confirm, or that may replace a failed response; or null. */
    @Nullable
    StoredResponse stale() {
        return stale;
    }

    @Nullable
    Draft draft() {
        return draft;
    }

    void drafts(Draft answer) {
        draft = answer;
    }

    /** Ends the flight that this fetch leads, if any; the waiting requests look up the response in the store. */
    void land(boolean isStored) {
        if (lead != null) {
            lead.land(isStored);
        }
    }

    /** Releases the stale response, and ends the flight if that has not happened. Idempotent. */
    void end() {
        StoredResponse held = stale;
        if (held != null) {
            budget.give(held.bytes());
            stale = null;
        }
        if (lead != null) {
            lead.crash();
        }
    }
}
