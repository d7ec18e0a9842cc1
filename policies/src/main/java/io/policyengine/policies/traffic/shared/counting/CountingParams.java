package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Store;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The parameters of every policy that counts in a store. */
public record CountingParams(
        @Doc(
                value = "Store of the counts: local (the memory of this process), or a name of worker_core.stores.",
                examples = "\"redis\"")
        @Default("\"" + Store.LOCAL + "\"")
        String store,

        @Doc("Treatment of requests while the store fails: local counts them in this process, against its share of "
                + "the limits; allow lets them pass; deny answers with 503.")
        @Default("\"local\"")
        StoreFailure onStoreFailure,

        @Doc("Number of instances that count in the store. While the store fails, each instance applies the limits "
                + "divided by this number, rounded up.")
        @Default("1")
        @Range(min = 1, max = 10_000)
        int replicas,

        @Doc("Maximum number of random seconds added to Retry-After, so that clients do not all return at the same "
                + "time.")
        @Default("0")
        @Range(min = 0, max = 3600)
        int retryJitterS,

        @Doc(
                value = "Entries that share counts. Without scope, each entry of each route has its own counts; with "
                        + "global or global NAME, all entries with the same value share them.",
                examples = {"\"global\"", "\"global login\""})
        @Nullable
        @Pattern("^global( [A-Za-z0-9._-]{1,64})?$")
        String scope,

        @Doc("Maximum number of clients whose counts are kept in memory; beyond it, the counts of the least active "
                + "clients are dropped.")
        @Default("100000")
        @Range(min = 1, max = 10_000_000)
        int maxKeys) {

    /** Returns the store settings for counting each request in the store. */
    public CountingPolicy.CountStore place() {
        return place(Duration.ZERO);
    }

    /**
     * Returns the store settings, with an interval for reports.
     *
     * @param sync interval after which an instance reports local use to the store; zero to count each request in the
     *     store
     */
    public CountingPolicy.CountStore place(Duration sync) {
        return new CountingPolicy.CountStore(store, Objects.requireNonNullElse(scope, ""), maxKeys, replicas, sync);
    }

    /** Returns the declared facts of an entry, extended by those of counting in this store. */
    public EntryFacts facts(EntryFacts declared) {
        if (store.equals(Store.LOCAL)) {
            return declared.has(Fact.LIMITS_USE) ? declared.with(Fact.RELIES_ON_LOCAL_STATE) : declared;
        }
        EntryFacts depending = declared.with(Fact.HAS_DEPENDENCY);
        return onStoreFailure == StoreFailure.ALLOW
                ? depending.passing(Leniency.Occasion.DEPENDENCY_AWAY, "/on_store_failure")
                : depending;
    }

    /** Returns the share of a limit that each instance applies while the store fails, rounded up. */
    public long share(long limit) {
        return Math.ceilDiv(limit, replicas);
    }
}
