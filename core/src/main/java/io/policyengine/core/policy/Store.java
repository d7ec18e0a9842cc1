package io.policyengine.core.policy;

import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.vertx.core.Future;

/**
 * State beyond an exchange, as one policy sees it: the memory of this process ({@link #LOCAL}), or a server that all
 * instances share. Values of one scope are invisible in others. Thread-safe.
 *
 * <p>Futures complete on the caller's event loop, at once if the store is local, and fail with {@link StoreException}.
 */
public interface Store {
    /** The name of the store that always exists: the memory of this process. */
    String LOCAL = "local";

    /** The name for metrics and messages. */
    String name();

    /** True if other processes see written values. */
    boolean isShared();

    /**
     * Runs an operation for an exchange, atomically. It ends at the store's timeout or the call's deadline, or when the
     * call is cancelled. A failed operation may have taken effect all the same.
     */
    <T> Future<T> run(Call call, StoreOperation<T> operation);

    /** Runs an operation independent of an exchange, such as after its end; the store's own timeout applies. */
    <T> Future<T> run(StoreOperation<T> operation);
}
