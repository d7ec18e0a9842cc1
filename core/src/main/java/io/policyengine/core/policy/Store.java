package io.policyengine.core.policy;

import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.vertx.core.Future;

/**
 * State that outlives an exchange, as one policy sees it. It is in the memory of this process ({@link #LOCAL}) or on a
 * server that all instances share. Values of one scope are invisible in other scopes. Thread-safe.
 *
 * <p>Futures complete on the caller's event loop, and immediately if the store is local. They fail with {@link
 * StoreException}.
 */
public interface Store {
    /** The name of the store in the memory of this process, which always exists. */
    String LOCAL = "local";

    /** The name for metrics and messages. */
    String name();

    /** Returns whether other processes see the values. */
    boolean isShared();

    /**
     * Runs an atomic operation for an exchange. The operation fails at the store's timeout, at the call's deadline, or
     * when the call is cancelled. A failed operation may nevertheless have taken effect.
     */
    <T> Future<T> run(Call call, StoreOperation<T> operation);

    /**
     * Runs an operation independently of an exchange, for example after the exchange has ended. Only the store's
     * timeout applies.
     */
    <T> Future<T> run(StoreOperation<T> operation);
}
