package io.policyengine.policies.ai.semanticcache.entry;

import io.policyengine.core.store.LocalEntries;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a partition in memory, oldest first. Immutable. In Redis, a partition is a hash of vectors, a hash of responses, and a sorted set of ids by expiry. The field {@code n} of the responses is the sum of their bytes.
 */
record Entries(List<Timed> all) {
    /** The name of the only value that a partition in memory has. */
    static final String NAME = "entries";

    /** The names of the three values that a partition in Redis has. */
    static final List<String> NAMES = List.of("vectors", "answers", "ends");

    private static final Entries NONE = new Entries(List.of());
    private static final int OVERHEAD = 100;

    /**
     * An entry with its expiry.
     *
     * @param end expiry in microseconds since 1970
     */
    record Timed(Entry entry, Vector vector, long end) {}

    static Entries in(LocalEntries entries) {
        return entries.get(NAME) instanceof Entries known ? known : NONE;
    }

    @Nullable
    Timed find(String id, long now) {
        for (Timed each : all) {
            if (each.entry().id().equals(id) && each.end() > now) {
                return each;
            }
        }
        return null;
    }

    List<Timed> at(long now) {
        return all.stream().filter(each -> each.end() > now).toList();
    }

    /** Returns a copy with one more entry. The oldest entries are evicted if the limits are exceeded. */
    Entries with(Timed added, long now, int maxEntries, long maxBytes) {
        List<Timed> next = new ArrayList<>(all);
        next.removeIf(each ->
                each.end() <= now || each.entry().id().equals(added.entry().id()));
        next.add(added);
        long bytes = next.stream().mapToLong(each -> each.entry().bytes()).sum();
        int gone = 0;
        while (next.size() - gone > 1 && (next.size() - gone > maxEntries || bytes > maxBytes)) {
            bytes -= next.get(gone).entry().bytes();
            gone++;
        }
        return new Entries(List.copyOf(next.subList(gone, next.size())));
    }

    /** Returns the time until all entries have expired. */
    Duration worth(long now) {
        long last = all.stream().mapToLong(Timed::end).max().orElse(now);
        return Duration.of(Math.max(1, last - now), ChronoUnit.MICROS);
    }

    int bytes() {
        return OVERHEAD + all.stream().mapToInt(each -> each.entry().bytes()).sum();
    }
}
