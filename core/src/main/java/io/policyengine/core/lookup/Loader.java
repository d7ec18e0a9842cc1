package io.policyengine.core.lookup;

import io.policyengine.core.policy.Call;
import io.vertx.core.Future;

/** Loads the values of a {@link Lookup} from their source. */
@FunctionalInterface
public interface Loader<K, V> {
    /**
     * Loads the value of the key.
     *
     * @param call the call of the load, not of an exchange. It is cancelled when no caller waits any more, unless loads
     *     are {@linkplain LookupOptions#keptLoads kept}
     * @return must complete; after a failure there is a pause before the next load
     */
    Future<Loaded<V>> load(K key, Call call);
}
