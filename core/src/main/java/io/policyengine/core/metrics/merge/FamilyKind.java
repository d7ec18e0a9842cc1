package io.policyengine.core.metrics.merge;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The type of a family of metrics. */
enum FamilyKind {
    COUNTER("_total"),
    GAUGE(""),
    HISTOGRAM("", "_bucket", "_count", "_sum"),
    SUMMARY("", "_count", "_sum"),
    UNTYPED(""),
    /** A gauge that is always 1, since only its labels carry information. */
    INFO("_info");

    @SuppressWarnings("ImmutableEnumChecker") // its list is a copy
    private final List<String> suffixes;

    FamilyKind(String... suffixes) {
        this.suffixes = List.of(suffixes);
    }

    /** Returns the type with this name in Prometheus' text format, or null. */
    static @Nullable FamilyKind of(String type) {
        return switch (type) {
            case "counter" -> COUNTER;
            case "gauge" -> GAUGE;
            case "histogram" -> HISTOGRAM;
            case "summary" -> SUMMARY;
            case "untyped" -> UNTYPED;
            default -> null;
        };
    }

    /** Returns the type of a family, or null for a type that Prometheus' text format does not have. */
    static @Nullable FamilyKind of(MetricSnapshot family) {
        return switch (family) {
            case CounterSnapshot _ -> COUNTER;
            case GaugeSnapshot _ -> GAUGE;
            case HistogramSnapshot _ -> HISTOGRAM;
            case SummarySnapshot _ -> SUMMARY;
            case UnknownSnapshot _ -> UNTYPED;
            case InfoSnapshot _ -> INFO;
            default -> null;
        };
    }

    /** Returns a family's name without the suffix that all families of this type have. */
    String base(String name) {
        String suffix = suffixes.getFirst();
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }

    /** Returns the names that the family and its series have in any format of a scrape. */
    List<String> names(String base) {
        return this == COUNTER || this == INFO
                ? List.of(base, base + suffixes.getFirst())
                : suffixes.stream().map(base::concat).toList();
    }
}
