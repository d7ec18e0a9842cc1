package io.policyengine.core.policy;

import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.vertx.core.Future;

/**
 * State beyond an exchange, as one policy sees it: the memory of this process ({@link #LOCAL}), or a server that all instances use. What
 * policies write under one scope, those under another never see. Thread-safe.
 *
 * <p>Futures complete on the caller's event loop, at once where the store is local, and fail with {@link StoreException}.
 */
public interface Store {
    /** The name of the store that always exists: the memory of this process. */
    String LOCAL = "local";

    /** The name for metrics and messages. */
    String name();

    /** True if other processes see what is written. */
    boolean isShared();

    /**
     * Does something for an exchange, atomically. It ends with the store's own time-out, and with the call at the latest: at its deadline, or
     * when it is cancelled. What has failed may have been done all the same.
     */
    <T> Future<T> run(Call call, StoreOperation<T> operation);

    /** Runs an operation independent of an exchange, such as after its end; the store's own timeout applies. */
    <T> Future<T> run(StoreOperation<T> operation);
}
