package io.policyengine.policies.traffic.cache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.traffic.cache.entry.CacheKey;
import io.policyengine.policies.traffic.cache.entry.StoredResponse;
import io.policyengine.policies.traffic.cache.entry.Variant;
import org.jspecify.annotations.Nullable;

/** A request sent upstream, until its response is stored or its exchange ends. Confined to one event loop. */
final class Fetch {
    private final Start start;
    private final @Nullable Flight lead;
    private final Capacity budget;
    private @Nullable StoredResponse stale;
    private @Nullable Draft draft;

    /**
     * The request at its entry.
     *
     * @param key under which its response may be stored; null if its method changes the resource
     * @param resource its target's slot
     * @param isAuthorized true if its response may be shared only with explicit permission
     * @param requestedAt by the store's clock, in microseconds
     * @param startedAt by the ticker, in nanoseconds
     * @param asks true if the engine added validators of the stale response
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
        /** Creates the start, at the current time, from a context without its body. */
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
     * @param answer without its body
     * @param staleSeconds storage time beyond its lifetime
     * @param length required length of its body; -1 for any
     */
    record Draft(CacheKey key, Variant variant, StoredResponse answer, long staleSeconds, long length) {}

    interface Flight {
        /** Ends the flight: the waiting requests look up the response, or need not wait for it. */
        void land(boolean isStored);

        /** Reports that there will be no response. */
        void crash();
    }

    /**
     * Creates a fetch.
     *
     * @param stale a response within the budget, or null
     * @param lead null if no request waits for it
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

    /** Returns the stale response that the upstream may confirm, or that replaces a failed one; or null. */
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

    /** Notifies waiting requests that the response can be looked up, or is not stored. */
    void land(boolean isStored) {
        if (lead != null) {
            lead.land(isStored);
        }
    }

    /** Releases its resources and the waiting requests. Idempotent. */
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
