package io.policyengine.core.lookup;

import io.vertx.core.Future;

/** A cached value with the times of its load and expiry on the ticker. */
final class CachedValue<V> {
    private final Future<V> future;

    private final int weight;
    private final long loadedAt;
    private final long refreshFrom;
    private final long freshUntil;
    private final long staleUntil;

    /** The time from which a failed load may be repeated. */
    private volatile long retryFrom;

    CachedValue(Loaded<V> loaded, long now, double refreshAhead) {
        long fresh = Times.nanos(loaded.fresh());
        this.future = Future.succeededFuture(loaded.value());
        this.weight = loaded.weight();
        this.loadedAt = now;
        this.retryFrom = now;
        this.freshUntil = now + fresh;
        this.refreshFrom = freshUntil - (long) (fresh * refreshAhead);
        this.staleUntil = freshUntil + Times.nanos(loaded.stale());
    }

    Future<V> future() {
        return future;
    }

    int weight() {
        return weight;
    }

    /** Returns the time from the load of the value until it expires, in nanoseconds, including its stale time. */
    long lifetime() {
        return staleUntil - loadedAt;
    }

    boolean isFresh(long now) {
        return now - freshUntil < 0;
    }

    /** Returns whether the value may be used, fresh or stale. */
    boolean isUsable(long now) {
        return now - staleUntil < 0;
    }

    /** Returns whether so little of the value's fresh time remains that its use must trigger a refresh. */
    boolean isToBeRefreshed(long now) {
        return now - refreshFrom >= 0;
    }

    /** Returns whether a load may begin, because the pause after a failed load is over. */
    boolean mayBeLoaded(long now) {
        return now - retryFrom >= 0;
    }

    boolean isYoungerThan(long nanos, long now) {
        return now - loadedAt < nanos;
    }

    void failed(long retry) {
        retryFrom = retry;
    }
}
