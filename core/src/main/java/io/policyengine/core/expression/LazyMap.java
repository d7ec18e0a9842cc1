package io.policyengine.core.expression;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A map that looks up its first values one by one, and reads the whole source once if more are needed. The total work
 * is therefore proportional to the sum of the source's size and the number of lookups, not to their product. Used for
 * one evaluation.
 */
abstract class LazyMap extends AbstractMap<String, Object> {
    /**
     * Maximum number of lookups of single keys of a map during one evaluation of a CEL expression. The next lookup
     * reads the whole map at once.
     */
    private static final int MAX_SINGLE_LOOKUPS = 4;

    private @Nullable Map<String, Object> all;
    private int looks;

    /** Returns the value of a key from the source, or null if absent. */
    abstract @Nullable Object find(String key);

    /** Returns all values of the source in order, by their {@linkplain #keyOf canonical keys}, in one pass. */
    abstract Map<String, Object> readAll();

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
