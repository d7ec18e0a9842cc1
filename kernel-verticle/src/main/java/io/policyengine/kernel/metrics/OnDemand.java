package io.policyengine.kernel.metrics;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is created on first use. Thread-safe. Concurrent first uses may create the value twice. For meters this
 * is harmless, because the registry returns the same meter both times.
 */
final class OnDemand<T> {
    private final Supplier<T> make;
    private volatile @Nullable T made;

    OnDemand(Supplier<T> make) {
        this.make = make;
    }

    T get() {
        T known = made;
        if (known == null) {
            known = make.get();
            made = known;
        }
        return known;
    }
}
