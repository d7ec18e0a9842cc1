package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The slots and names under which a store holds the counts of a request. */
record CounterKeys(Limits limits, LimitedRequest asked) {
    /** The slot for the limits of an entry if they count by different keys. */
    private static final String OF_ALL_KEYS = "all";

    /** Heap of an array without its numbers, in bytes. */
    private static final int BYTES = 16;

    /** The in-memory slots of the limits. */
    interface Slots {
        LocalEntries of(int limit);
    }

    String slot() {
        return limits.haveOneKey() ? asked.keys[0] : OF_ALL_KEYS;
    }

    /** Returns the names in the slot, one for each limit. */
    List<String> names() {
        return limits.haveOneKey() ? limits.ids() : idsWithKeys();
    }

    /** Returns the in-memory slots if limits have different keys; empty if all limits share one slot. */
    List<String> localSlots() {
        return limits.haveOneKey() ? List.of() : idsWithKeys();
    }

    private List<String> idsWithKeys() {
        List<String> names = new ArrayList<>(limits.size());
        for (int i = 0; i < limits.size(); i++) {
            names.add(limits.ids().get(i) + "/" + asked.key(i));
        }
        return names;
    }

    /** Returns copies of the counts in memory, in the order of the limits. A missing count starts at {@code time}. */
    long[] load(Slots slots, long time) {
        long[] counts = new long[limits.size() * UsageMeter.NUMBERS];
        for (int i = 0; i < limits.size(); i++) {
            if (slots.of(i).get(limits.ids().get(i)) instanceof long[] kept) {
                System.arraycopy(kept, 0, counts, i * UsageMeter.NUMBERS, kept.length);
            } else {
                counts[i * UsageMeter.NUMBERS + UsageMeter.AT] = time;
            }
        }
        return counts;
    }

    /**
     * Stores the count of one limit in memory.
     *
     * @param time the current time, from which the count's remaining lifetime is determined
     */
    void keep(Slots slots, int limit, long[] counts, long time) {
        int from = limit * UsageMeter.NUMBERS;
        String name = limits.ids().get(limit);
        LocalEntries entries = slots.of(limit);
        Duration life =
                Duration.of(limits.get(limit).meter().lifeMicros(counts, from, time) + 1_000, ChronoUnit.MICROS);
        if (entries.get(name) instanceof long[] kept) {
            System.arraycopy(counts, from, kept, 0, kept.length);
            entries.keep(name, life);
        } else {
            long[] fresh = Arrays.copyOfRange(
                    counts, from, from + limits.get(limit).meter().numbers());
            entries.put(name, fresh, BYTES + fresh.length * Long.BYTES, life);
        }
    }
}
