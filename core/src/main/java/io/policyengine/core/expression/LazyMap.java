package io.policyengine.core.expression;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A map that looks up single values in its source, or reads all of it once if many are needed. The work grows with the
 * size of the source plus the number of lookups, not with their product. For one evaluation.
 */
abstract class LazyMap extends AbstractMap<String, Object> {
    /** Maximum number of single lookups in a map of an evaluation; the next one reads the whole source. */
    private static final int MAX_SINGLE_LOOKUPS = 4;

    private @Nullable Map<String, Object> all;
    private int looks;

    /** Returns the value, or null if absent. */
    abstract @Nullable Object find(String key);

    /** Returns all values in order, by their {@linkplain #keyOf canonical keys}; in one pass. */
    abstract Map<String, Object> readAll();

    /** Returns the canonical form of a key. */
    String keyOf(String key) {
        return key;
    }

    @Override
    public final @Nullable Object get(@Nullable Object key) {
        if (!(key instanceof String name)) {
            return null;
        }
        if (all == null && ++looks <= MAX_SINGLE_LOOKUPS) {
            return find(name);
        }
        return filled().get(keyOf(name));
    }

    @Override
    public final boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public final Set<Entry<String, Object>> entrySet() {
        return filled().entrySet();
    }

    private Map<String, Object> filled() {
        Map<String, Object> read = all;
        if (read == null) {
            read = readAll();
            all = read;
        }
        return read;
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
