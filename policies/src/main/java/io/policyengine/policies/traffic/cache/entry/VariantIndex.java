package io.policyengine.policies.traffic.cache.entry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The variants of one resource in memory, oldest first.
 *
 * @param names fields that distinguish the variants
 * @param ids ids of the stored variants
 * @param until end of the longest storage time, in microseconds of the store's clock
 */
record VariantIndex(List<String> names, List<String> ids, long until) {
    private static final long MICROS_OF_A_MILLI = 1000;

    /** Maximum storage time of a variant index, which applies even if the clock is set back. */
    private static final Duration LONGEST = Duration.ofDays(60);

    private static final int OVERHEAD = 100;
    private static final int AN_ID = 96;

    /** Returns a copy in which the variant is the newest one. The copy is stored for at least {@code worth}. */
    VariantIndex with(String id, long now, Duration worth) {
        List<String> more = new ArrayList<>(ids);
        more.remove(id);
        more.add(id);
        return new VariantIndex(names, List.copyOf(more), Math.max(until, now + worth.toMillis() * MICROS_OF_A_MILLI));
    }

    Duration worth(long now) {
        Duration left = Duration.ofMillis((until - now) / MICROS_OF_A_MILLI);
        return left.compareTo(LONGEST) > 0 ? LONGEST : left;
    }

    VariantIndex withoutOldest() {
        return new VariantIndex(names, List.copyOf(ids.subList(1, ids.size())), until);
    }

    int bytes() {
        return OVERHEAD
                + ids.size() * AN_ID
                + names.stream().mapToInt(String::length).sum();
    }
}
