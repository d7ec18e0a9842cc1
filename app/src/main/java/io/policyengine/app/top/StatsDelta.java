package io.policyengine.app.top;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** The change of an engine's statistics between two samples. */
final class StatsDelta {
    private static final Set<String> NO_FAULT =
            Set.of("ok", "denied", "cancelled", "success", "proceed", "changed", "skip_remaining", "skipped", "shadow");
    /** The number of histogram buckets per doubling: the bounds of adjacent buckets differ by a factor of 2^(1/8). */
    private static final double PARTS = 8;

    private final JsonNode before;
    private final JsonNode now;
    private final double seconds;

    StatsDelta(JsonNode before, JsonNode now) {
        this.before = before;
        this.now = now;
        this.seconds = Math.max(
                0.001, (now.path("at_ms").asLong() - before.path("at_ms").asLong()) / 1000.0);
    }

    /** Returns the number of exchanges per second that ended with one of the given outcomes. */
    double exchanges(String... outcomes) {
        double all = 0;
        for (String outcome : outcomes) {
            all += increase(before.path("exchanges"), now.path("exchanges"), outcome);
        }
        return all / seconds;
    }

    /** Returns the item with a name in a list of the earlier sample, or a missing node. */
    JsonNode earlier(String list, String name) {
        for (JsonNode item : before.at(list)) {
            if (item.path("name").asString().equals(name)) {
                return item;
            }
        }
        return MissingNode.getInstance();
    }

    private static double increase(JsonNode before, JsonNode now, String name) {
        return Math.max(0, now.path(name).asLong() - before.path(name).asLong());
    }

    double exchangesOf(JsonNode was, JsonNode is) {
        return increase(was, is, "exchanges") / seconds;
    }

    double all(JsonNode was, JsonNode is) {
        return sum(was, is, Set.of());
    }

    double denied(JsonNode was, JsonNode is) {
        return increase(was.path("verdicts"), is.path("verdicts"), "denied") / seconds;
    }

    double failed(JsonNode was, JsonNode is) {
        return sum(was, is, NO_FAULT);
    }

    private double sum(JsonNode was, JsonNode is, Set<String> without) {
        double all = 0;
        for (String verdict : is.path("verdicts").propertyNames()) {
            if (!without.contains(verdict)) {
                all += increase(was.path("verdicts"), is.path("verdicts"), verdict);
            }
        }
        return all / seconds;
    }

    /** Returns a quantile, in milliseconds, of the durations recorded between two samples; NaN if there are none. */
    static double quantile(double share, JsonNode was, JsonNode is) {
        NavigableMap<Double, Long> counts = new TreeMap<>();
        add(counts, is, 1);
        add(counts, was, -1);
        counts.values().removeIf(count -> count <= 0);
        double wanted =
                share * counts.values().stream().mapToLong(Long::longValue).sum();
        double seen = 0;
        for (Map.Entry<Double, Long> bucket : counts.entrySet()) {
            if (seen + bucket.getValue() >= wanted) {
                return bucket.getKey() * Math.pow(2, ((wanted - seen) / bucket.getValue() - 1) / PARTS);
            }
            seen += bucket.getValue();
        }
        return Double.NaN;
    }

    private static void add(Map<Double, Long> counts, JsonNode durations, int sign) {
        JsonNode bounds = durations.path("bounds_ms");
        for (int i = 0; i < bounds.size(); i++) {
            counts.merge(
                    bounds.get(i).asDouble(),
                    sign * durations.path("counts").path(i).asLong(),
                    Long::sum);
        }
    }
}
