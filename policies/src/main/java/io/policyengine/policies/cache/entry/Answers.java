package io.policyengine.policies.cache.entry;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.store.Store;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers that one entry has stored. A read takes the mark of the resource and the answer, and a third step only where Vary names
 * other fields than for the answer that was read before.
 */
public final class Answers {
    private final Store store;
    private final int maxVariants;
    private final Duration longest;

    /** Fields by which the last answers were chosen: those of one upstream are often the same. */
    private volatile List<String> usual = List.of();

    /**
     * Answers in a store.
     *
     * @param maxVariants of one resource for one partition
     * @param longest time for which one may be kept
     */
    public Answers(Store store, int maxVariants, Duration longest) {
        this.store = store;
        this.maxVariants = maxVariants;
        this.longest = longest;
    }

    /** The answer for this request; none of before the last invalidation of its resource. */
    public Future<Found> find(Call call, CacheKey key, HeaderMap request) {
        List<String> assumed = usual;
        Future<Long> mark = store.run(call, new ReadMark(key.resource()));
        Future<Found> found = read(call, key, request, assumed).compose(first -> {
            List<String> names = first.names();
            if (names == null || names.equals(assumed)) {
                return Future.succeededFuture(first);
            }
            usual = names;
            return read(call, key, request, names);
        });
        return mark.compose(at -> found.map(all -> current(all, at)));
    }

    private Future<Found> read(Call call, CacheKey key, HeaderMap request, List<String> names) {
        return store.run(call, new ReadAnswer(key.answers(), Variant.of(names, request)));
    }

    private static Found current(Found found, long mark) {
        @Nullable StoredResponse answer = found.answer();
        return answer == null || answer.requestedAt() > mark ? found : new Found(found.now(), found.names(), null);
    }

    /** Stores an answer; for no exchange, since it may be over by then. */
    public Future<Boolean> store(CacheKey key, Variant variant, StoredResponse answer, long staleSeconds) {
        Duration worth = answer.worth(staleSeconds);
        Duration kept = worth.compareTo(longest) < 0 ? worth : longest;
        return store.run(new WriteAnswer(key.answers(), variant, answer, kept, maxVariants));
    }

    /** Invalidates what is stored of a resource, and what is on its way. */
    public Future<Boolean> invalidate(Call call, String resource) {
        return store.run(call, new WriteMark(resource, longest));
    }
}
