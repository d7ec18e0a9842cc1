package io.policyengine.core.lookup;

import io.policyengine.core.policy.Call;
import io.vertx.core.Future;

/** Loads a value from its source. */
@FunctionalInterface
public interface Loader<K, V> {
    /**
     * Loads the value of the key.
     *
     * @param call of the load, not of an exchange: it is cancelled when the value is no longer needed, unless loads are
     *     kept
     * @return must complete; a failure is not retried for a while
     */
    Future<Loaded<V>> load(K key, Call call);
}
