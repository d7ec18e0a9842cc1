package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Store;
import io.policyengine.core.time.Ticker;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The stored responses of a cache entry. A lookup reads the purges, the resource's last invalidation and the response
 * in one step. This step assumes that Vary has the same field names as the last one that was read. If the response's
 * Vary has other names, a second step follows.
 */
public final class Answers {
    private static final Duration KNOWN_FOR = Duration.ofSeconds(1);

    private final Store store;
    private final int maxVariants;
    private final Duration longest;

    private final Ticker ticker;

    private final AtomicLong latest;

    /** The purges that were last read from the store, or null. */
    private volatile @Nullable Known purges;

    private record Known(Map<Purge, Long> purges, long readAt) {}

    /**
     * The field names in the Vary that was last read. The next lookup assumes them, since responses of one upstream
     * often have the same Vary.
     */
    private volatile List<String> usual = List.of();

    /**
     * Creates an object that reads and writes the stored responses of an entry.
     *
     * @param maxVariants maximum number of variants of one resource for one partition
     * @param longest longest storage time
     * @param latest request time of the last response that this process stored, in microseconds; the store's clock may
     *     have been set back since then
     */
    public Answers(Store store, Ticker ticker, int maxVariants, Duration longest, AtomicLong latest) {
        this.store = store;
        this.ticker = ticker;
        this.maxVariants = maxVariants;
        this.longest = longest;
        this.latest = latest;
    }

    /**
     * Returns the stored response for a request, unless the response is older than an invalidation of its resource or a
     * matching purge.
     */
    public Future<CacheRead> find(Call call, CacheKey key, RequestView view) {
        HeaderMap request = view.headers();
        List<String> assumed = usual;
        Future<Long> mark = store.run(call, new ReadMark(key.resource()));
        Future<CacheRead> found = read(call, key, request, assumed).compose(first -> {
            List<String> names = first.names();
            if (names == null || names.equals(assumed)) {
                return Future.succeededFuture(first);
            }
            usual = names;
            return read(call, key, request, names);
        });
        return purges(call).compose(all -> mark.compose(at -> found.map(read -> current(read, latest(all, view, at)))));
    }

    private static long latest(Map<Purge, Long> purges, RequestView request, long mark) {
        long latest = mark;
        if (!purges.isEmpty()) {
            for (Map.Entry<Purge, Long> purge : purges.entrySet()) {
                if (purge.getValue() > latest && purge.getKey().concerns(request)) {
                    latest = purge.getValue();
                }
            }
        }
        return latest;
    }

    /** Returns the purges with their times. For a shared store, they may have been read up to a second ago. */
    private Future<Map<Purge, Long>> purges(Call call) {
        Known known = purges;
        if (known != null && store.isShared() && ticker.nanoTime() - known.readAt() < KNOWN_FOR.toNanos()) {
            return Future.succeededFuture(known.purges());
        }
        long asked = ticker.nanoTime();
        return store.run(call, new ReadPurges()).onSuccess(read -> purges = new Known(read, asked));
    }

    /** Purges stored responses; the result is the purge's time in microseconds of the store's clock. */
    public Future<Long> purge(Purge purge) {
        purges = null;
        return store.run(new WritePurge(purge, latest.get(), longest)).onComplete(_ -> purges = null);
    }

    private Future<CacheRead> read(Call call, CacheKey key, HeaderMap request, List<String> names) {
        return store.run(call, new ReadAnswer(key.answers(), Variant.of(names, request)));
    }

    private static CacheRead current(CacheRead found, long mark) {
        @Nullable StoredResponse answer = found.answer();
        return answer == null || answer.requestedAt() > mark ? found : new CacheRead(found.now(), found.names(), null);
    }

    /** Stores a response. The operation belongs to no call, since the exchange may have ended. */
    public Future<Boolean> store(CacheKey key, Variant variant, StoredResponse answer, long staleSeconds) {
        latest.accumulateAndGet(answer.requestedAt(), Math::max);
        Duration worth = answer.worth(staleSeconds);
        Duration kept = worth.compareTo(longest) < 0 ? worth : longest;
        return store.run(new WriteAnswer(key.answers(), variant, answer, kept, maxVariants));
    }

    /** Invalidates the responses of a resource, stored or in transit. */
    public Future<Boolean> invalidate(Call call, String resource) {
        return store.run(call, new WriteMark(resource, latest.get(), longest));
    }
}
