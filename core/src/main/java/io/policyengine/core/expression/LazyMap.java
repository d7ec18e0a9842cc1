package io.policyengine.core.expression;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A map that looks values up where they are, and is filled only if it is asked for all of them. For one evaluation. */
abstract class LazyMap extends AbstractMap<String, Object> {
    private @Nullable Map<String, Object> all;

    /** The value, or null if there is none. */
    abstract @Nullable Object find(String key);

    /** All values, in order. */
    abstract Map<String, Object> readAll();

    @Override
    public final @Nullable Object get(@Nullable Object key) {
        return key instanceof String name ? find(name) : null;
    }

    @Override
    public final boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public final Set<Entry<String, Object>> entrySet() {
        Map<String, Object> read = all;
        if (read == null) {
            read = readAll();
            all = read;
        }
        return read.entrySet();
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return super.equals(other);
    }

    @Override
    public final int hashCode() {
        return super.hashCode();
    }
}
