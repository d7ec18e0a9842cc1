package io.policyengine.kernel.metrics;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is first needed. Thread-safe: if it is made twice, both are the same meters of the registry. */
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
