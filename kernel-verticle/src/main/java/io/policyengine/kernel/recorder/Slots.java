package io.policyengine.kernel.recorder;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The reusable parts of one kind in a record, such as its calls. Parts beyond the maximum are only counted. */
final class Slots<T> {
    /** Maximum slots that are kept for the next exchange. */
    private static final int KEPT = 16;

    private final Supplier<T> maker;
    private final int max;
    private final List<T> slots = new ArrayList<>(4);
    private @Nullable T unseen;
    private int count;

    Slots(Supplier<T> maker, int max) {
        this.maker = maker;
        this.max = max;
    }

    /** Returns the next slot. Beyond the maximum, returns a shared slot whose content is ignored. */
    T next() {
        if (count >= max) {
            count++;
            return unseen();
        }
        if (count == slots.size()) {
            slots.add(maker.get());
        }
        return slots.get(count++);
    }

    /** Returns the shared slot for parts beyond the maximum, whose content is ignored. */
    T unseen() {
        T made = unseen;
        if (made == null) {
            made = maker.get();
            unseen = made;
        }
        return made;
    }

    T get(int index) {
        return slots.get(index);
    }

    int told() {
        return Math.min(count, max);
    }

    int count() {
        return count;
    }

    List<T> list() {
        return slots.subList(0, told());
    }

    void clear(Consumer<T> forget) {
        for (int i = 0; i < told(); i++) {
            forget.accept(slots.get(i));
        }
        if (unseen != null) {
            forget.accept(unseen);
        }
        if (slots.size() > KEPT) {
            slots.subList(KEPT, slots.size()).clear();
        }
        count = 0;
    }
}
