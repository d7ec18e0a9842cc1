package io.policyengine.core.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Faults;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ResizableState;
import io.policyengine.core.time.Ticker;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A cache of values that are loaded from elsewhere. All callers that need the same key wait for a single load. A value
 * in use is refreshed before it expires. While loads fail, the last valid value is used.
 *
 * <p>{@link LookupOptions} bound the weight of the values, the concurrent loads, and the callers that wait for each
 * load. In addition, recent failures are kept for at most {@value #MAX_FAILURES} keys. Keys must be small, such as a
 * digest instead of client data. Thread-safe; futures complete on the caller's event loop.
 */
public final class Lookup<K, V> implements ResizableState {
    /** Maximum number of keys for which a lookup keeps the last failure. */
    private static final int MAX_FAILURES = 1_000;

    /** Time limit of a lookup's load. The server that the load calls has its own timeout. */
    private static final Duration LONGEST_LOAD = Duration.ofMinutes(1);

    private final LookupOptions options;
    private final Ticker ticker;
    private final CacheMeter meter;
    private final Cache<K, CachedValue<V>> values;
    private final Cache<K, Throwable> failures;
    private final ConcurrentHashMap<K, Load<V>> loads = new ConcurrentHashMap<>();
    /** The loads that are in progress. */
    private final Capacity pending;

    /**
     * Creates an empty cache.
     *
     * @param meter counts the results of {@link #get}
     */
    public Lookup(LookupOptions options, Ticker ticker, CacheMeter meter) {
        this.options = options;
        this.pending = new Capacity(options.maxPending());
        this.ticker = ticker;
        this.meter = meter;
        this.values = Caffeine.newBuilder()
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .maximumWeight(options.maxWeight())
                .weigher((K _, CachedValue<V> held) -> held.weight())
                .expireAfter(Expiry.writing((K _, CachedValue<V> held) -> Duration.ofNanos(held.lifetime())))
                .build();
        this.failures = Caffeine.newBuilder()
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .maximumSize(MAX_FAILURES)
                .expireAfterWrite(options.retryPause())
                .build();
    }

    /**
     * Returns the value of the key. If it is cached and fresh, completes immediately and allocates nothing.
     * @param call the caller's call; when it is cancelled, the caller stops waiting
     * @return fails with the failure of this or a recent load, with {@link ErrorCode#OVERLOADED} if a bound is
     *     reached, and with {@link io.policyengine.core.work.StoppedException} when the call is cancelled
     */
    public Future<V> get(K key, Call call, Loader<K, V> loader) {
        long now = ticker.nanoTime();
        CachedValue<V> held = values.getIfPresent(key);
        if (held != null && held.isFresh(now)) {
            meter.hit();
            if (held.isToBeRefreshed(now) && held.mayBeLoaded(now)) {
                prepare(key, held, loader);
            }
            return held.future();
        }
        if (held != null && held.isUsable(now)) {
            meter.stale();
            boolean mayBeLoaded = held.mayBeLoaded(now);
            boolean isUsedAtOnce = options.staleUse() == StaleUse.AT_ONCE;
            if (mayBeLoaded && isUsedAtOnce) {
                prepare(key, held, loader);
            }
            return mayBeLoaded && !isUsedAtOnce ? join(key, held, call, loader) : held.future();
        }
        meter.miss();
        Throwable failure = failures.getIfPresent(key);
        return failure == null ? join(key, held, call, loader) : Future.failedFuture(failure);
    }

    /**
     * Loads the value again and returns it. Returns the cached value without a load if it was loaded within the
     * cool-down, or if a load failed within the retry pause.
     *
     * @return as {@link #get}, but the cached value if the load fails
     */
    public Future<V> reload(K key, Call call, Duration coolDown, Loader<K, V> loader) {
        long now = ticker.nanoTime();
        CachedValue<V> held = values.getIfPresent(key);
        if (held != null
                && held.isUsable(now)
                && (!held.mayBeLoaded(now) || held.isYoungerThan(Times.nanos(coolDown), now))) {
            return held.future();
        }
        Throwable failure = failures.getIfPresent(key);
        return failure == null ? join(key, held, call, loader) : Future.failedFuture(failure);
    }

    /**
     * Loads the value in the background for later callers, unless it is fresh, being loaded, or recently failed to
     * load.
     */
    public void prefetch(K key, Loader<K, V> loader) {
        long now = ticker.nanoTime();
        CachedValue<V> held = values.getIfPresent(key);
        boolean wanted =
                held == null ? failures.getIfPresent(key) == null : !held.isFresh(now) && held.mayBeLoaded(now);
        if (wanted) {
            prepare(key, held, loader);
        }
    }

    /**
     * Loads the value in the background like {@link #prefetch}. If no value is cached, a recent failure does not
     * prevent the load, so callers must limit the rate themselves.
     */
    public void retry(K key, Loader<K, V> loader) {
        failures.invalidate(key);
        prefetch(key, loader);
    }

    /** Returns the cached value, fresh or stale, or null if absent. Loads nothing. */
    public @Nullable V held(K key) {
        CachedValue<V> held = values.getIfPresent(key);
        return held != null && held.isUsable(ticker.nanoTime()) ? held.future().result() : null;
    }

    /** Removes the value. If a load is running, only the callers that wait for it receive its result. */
    public void forget(K key) {
        loads.remove(key);
        values.invalidate(key);
        failures.invalidate(key);
    }

    public void forgetAll() {
        loads.clear();
        values.invalidateAll();
        failures.invalidateAll();
    }

    /** Changes the maximum weight to the weight of this many bytes, but at most to {@link LookupOptions#maxWeight}. */
    @Override
    public long resize(long maxBytes) {
        long weight = Math.min(options.maxWeight(), maxBytes / options.weightBytes());
        values.policy().eviction().ifPresent(bound -> bound.setMaximum(weight));
        return maxBytes;
    }

    /** The total weight of the cached values. */
    public long weight() {
        values.cleanUp();
        return values.policy()
                .eviction()
                .map(bound -> bound.weightedSize().orElse(0))
                .orElse(0L);
    }

    /** The number of running loads. */
    public int pending() {
        return (int) pending.taken();
    }

    /** Waits for the running load of the value, or begins a load. */
    private Future<V> join(K key, @Nullable CachedValue<V> known, Call call, Loader<K, V> loader) {
        while (true) {
            Load<V> load = loads.get(key);
            Load<V> begun = null;
            if (load == null) {
                if (!takePlace()) {
                    return orHeld(key, overloaded());
                }
                begun = new Load<>(
                        callOf(call.requestId()), options.keptLoads(), abandoned -> loads.remove(key, abandoned));
                load = loads.putIfAbsent(key, begun);
                if (load == null) {
                    load = begun;
                } else {
                    begun = null;
                    pending.give(1);
                }
            }
            Future<V> joined = load.join(call, options.maxWaiters());
            if (begun != null) {
                begin(key, known, begun, loader);
            }
            if (joined != null) {
                return joined.failed() ? orHeld(key, joined.cause()) : joined;
            }
            loads.remove(key, load);
        }
    }

    /** Begins a load in the background, unless the key is being loaded or too many loads are running. */
    private void prepare(K key, @Nullable CachedValue<V> known, Loader<K, V> loader) {
        if (loads.containsKey(key) || !takePlace()) {
            return;
        }
        Load<V> load = new Load<>(callOf("lookup"), true, _ -> {});
        if (loads.putIfAbsent(key, load) == null) {
            begin(key, known, load, loader);
        } else {
            pending.give(1);
        }
    }

    private boolean takePlace() {
        if (!pending.tryTake(1)) {
            return false;
        }
        return true;
    }

    private Call callOf(String requestId) {
        return new Call(requestId, 0, ticker.nanoTime() + LONGEST_LOAD.toNanos(), new Cancellation());
    }

    private void begin(K key, @Nullable CachedValue<V> known, Load<V> load, Loader<K, V> loader) {
        CachedValue<V> since = values.getIfPresent(key);
        if (since != null && !since.equals(known) && since.isFresh(ticker.nanoTime())) {
            // Another load ended after the value was looked up.
            pending.give(1);
            loads.remove(key, load);
            load.end(since.future());
            return;
        }
        Future<Loaded<V>> loaded;
        try {
            loaded = loader.load(key, load.call());
        } catch (Throwable thrown) {
            Faults.rethrowFatal(thrown);
            loaded = Future.failedFuture(thrown);
        }
        loaded.onComplete(value -> succeeded(key, load, value), cause -> failed(key, load, cause));
    }

    private void succeeded(K key, Load<V> load, Loaded<V> loaded) {
        pending.give(1);
        CachedValue<V> held = new CachedValue<>(loaded, ticker.nanoTime(), options.refreshAhead());
        if (load.equals(loads.get(key))) {
            failures.invalidate(key);
            if (held.lifetime() > 0) {
                values.put(key, held);
            } else {
                values.invalidate(key);
            }
            loads.remove(key, load);
        }
        load.end(held.future());
    }

    private void failed(K key, Load<V> load, Throwable cause) {
        pending.give(1);
        if (load.equals(loads.get(key)) && !isOverload(cause)) {
            CachedValue<V> held = values.getIfPresent(key);
            if (held == null) {
                failures.put(key, cause);
            } else {
                held.failed(ticker.nanoTime() + Times.nanos(options.retryPause()));
            }
        }
        loads.remove(key, load);
        load.end(orHeld(key, cause));
    }

    /** Returns the cached value in place of a failure, if the options permit its use. */
    private Future<V> orHeld(K key, Throwable failure) {
        CachedValue<V> held = values.getIfPresent(key);
        if (held == null) {
            return Future.failedFuture(failure);
        }
        long now = ticker.nanoTime();
        boolean mustBeFresh = isOverload(failure) && options.staleUse() == StaleUse.ON_FAILURE;
        boolean isUsable = mustBeFresh ? held.isFresh(now) : held.isUsable(now);
        return isUsable ? held.future() : Future.failedFuture(failure);
    }

    private static boolean isOverload(Throwable cause) {
        return cause instanceof PolicyException expected && expected.code() == ErrorCode.OVERLOADED;
    }

    private PolicyException overloaded() {
        return new PolicyException(ErrorCode.OVERLOADED, "more than " + options.maxPending() + " lookups are running");
    }
}
