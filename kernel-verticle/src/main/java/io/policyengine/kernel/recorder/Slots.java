package io.policyengine.kernel.recorder;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reusable parts of a record, of one kind. Beyond a limit they are only counted. */
final class Slots<T> {
    /** Slots that are kept for the next exchange. */
    private static final int KEPT = 16;

    private final Supplier<T> maker;
    private final int max;
    private final List<T> slots = new ArrayList<>(4);
    private @Nullable T unseen;
    private int count;

    /** Creates empty slots with a limit. */
    Slots(Supplier<T> maker, int max) {
        this.maker = maker;
        this.max = max;
    }

    /** The next slot. */
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

    /** The slot for unrecorded parts. */
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

    /** The number of recorded slots. */
    int told() {
        return Math.min(count, max);
    }

    /** The slots that were asked for. */
    int count() {
        return count;
    }

    /** A view of the recorded slots. */
    List<T> list() {
        return slots.subList(0, told());
    }

    /** Clears all slots. */
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
