package io.policyengine.core.metrics.merge;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The metric families of replicas in one scrape, to be written with those of this process. Each series has the labels
 * {@code worker} and {@code replica}. Families of this process have precedence, then those that the engine defines,
 * then those of the first replica: a later family with the same name but another type is left out. Used by one thread.
 */
public final class MergedFamilies {
    /** Maximum number of samples of all replicas together. */
    public static final int MAX_SAMPLES = 100_000;

    /** Maximum number of samples of one replica. */
    public static final int MAX_SAMPLES_OF_REPLICA = 50_000;

    private static final String CREATED = "_created";

    private final String ownPrefix;
    /** The families that the engine defines, by each name of the family and its series. */
    private final Map<String, Known> known = new HashMap<>();

    private final Map<String, Family> families = new LinkedHashMap<>();
    /** The names of the families that were written, and of their series. */
    private final Set<String> taken = new HashSet<>();

    private final List<Refusal> refusals = new ArrayList<>();
    private int samples;

    /**
     * Metrics of a replica that are left out of a scrape.
     *
     * @param replica address of the replica
     * @param reason the reason, as text for operators
     */
    public record Refusal(String worker, String replica, String reason) {}

    /** A metric family whose type the engine defines. */
    private record Known(String base, FamilyKind kind) {}

    /** A metric family with series of one or several replicas. */
    private static final class Family {
        final FamilyKind kind;
        final List<DataPointSnapshot> series = new ArrayList<>();
        /** The replicas with series of the family, to report if the family is left out. */
        final List<ReplicaMetrics> from = new ArrayList<>();

        String help = "";

        Family(FamilyKind kind) {
            this.kind = kind;
        }
    }

    /**
     * Creates an empty set of families.
     *
     * @param ownPrefix prefix of names that are reserved for this process
     * @param known types of families by name, as in the text format; replicas may not use other types
     */
    public MergedFamilies(String ownPrefix, Map<String, String> known) {
        this.ownPrefix = ownPrefix;
        known.forEach((name, type) -> {
            FamilyKind kind = FamilyKind.of(type);
            if (kind != null) {
                Known family = new Known(kind.base(name), kind);
                kind.names(family.base()).forEach(each -> this.known.put(each, family));
            }
        });
    }

    /** Returns an empty set of families, for a scrape without replicas. */
    public static MergedFamilies none() {
        return new MergedFamilies("", Map.of());
    }

    /**
     * Adds the metrics of a replica. Returns false if they are malformed or too many; a {@link Refusal} then states the
     * reason.
     */
    public boolean add(ReplicaMetrics from) {
        try {
            MetricsText text = MetricsText.read(from, Math.min(MAX_SAMPLES_OF_REPLICA, MAX_SAMPLES - samples));
            Map<ReadFamily, List<DataPointSnapshot>> read = new LinkedHashMap<>();
            for (ReadFamily family : text.families()) {
                if (!family.isEmpty() && !family.base().endsWith(CREATED)) {
                    read.put(family, family.series());
                }
            }
            samples += text.samples();
            read.forEach((family, series) -> add(from, family, series));
            return true;
        } catch (MalformedMetricsException | IllegalArgumentException malformed) {
            refuse(from, String.valueOf(malformed.getMessage()));
            return false;
        }
    }

    private void add(ReplicaMetrics from, ReadFamily read, List<DataPointSnapshot> series) {
        String base = read.base();
        if (!ownPrefix.isEmpty() && base.startsWith(ownPrefix)) {
            refuse(from, "the name of the family " + base + " is reserved for the kernel");
            return;
        }
        Known self = new Known(base, read.kind());
        if (read.kind().names(base).stream()
                .anyMatch(name -> !known.getOrDefault(name, self).equals(self))) {
            refuse(from, "the engine defines the family " + base + " with another type");
            return;
        }
        Family family = families.computeIfAbsent(base, _ -> new Family(read.kind()));
        if (family.kind != read.kind()) {
            refuse(from, "another replica has the family " + base + " with another type");
            return;
        }
        family.series.addAll(series);
        family.from.add(from);
        if (family.help.isEmpty()) {
            family.help = read.help();
        }
    }

    private void refuse(ReplicaMetrics from, String reason) {
        refusals.add(new Refusal(from.worker(), from.replica(), reason));
    }

    private void refuse(Family family, String reason) {
        family.from.forEach(from -> refuse(from, reason));
    }

    /** Returns the metrics that were left out so far. */
    public List<Refusal> refusals() {
        return List.copyOf(refusals);
    }

    /** Returns families of this process, with the replicas' series of the same families added. */
    public MetricSnapshots with(MetricSnapshots own) {
        if (families.isEmpty() && taken.isEmpty()) {
            return own;
        }
        List<MetricSnapshot> merged = new ArrayList<>(own.size());
        for (MetricSnapshot family : own) {
            merged.add(with(family));
        }
        return new MetricSnapshots(merged);
    }

    private MetricSnapshot with(MetricSnapshot own) {
        FamilyKind kind = FamilyKind.of(own);
        String name = own.getMetadata().getPrometheusName();
        String base = kind == null ? name : kind.base(name);
        taken.addAll(kind == null ? List.of(name) : kind.names(base));
        Family theirs = families.remove(base);
        if (theirs == null) {
            return own;
        }
        if (kind != theirs.kind) {
            refuse(theirs, "the family " + base + " has another type in the kernel");
            return own;
        }
        try {
            return snapshot(
                    kind,
                    own.getMetadata(),
                    Stream.concat(own.getDataPoints().stream(), theirs.series.stream())
                            .toList());
        } catch (IllegalArgumentException clash) {
            refuse(theirs, "series of the family " + base + " are repeated");
            return own;
        }
    }

    /**
     * Returns the families that only replicas have, each separately. Must be called once, after {@link #with} for all
     * families of this process.
     */
    public List<MetricSnapshots> rest() {
        List<MetricSnapshots> rest = new ArrayList<>(families.size());
        families.forEach((base, family) -> {
            Set<String> names = new TreeSet<>(family.kind.names(base));
            if (names.stream().anyMatch(taken::contains)) {
                refuse(family, "another family has the name of the family " + base + " or of its series");
                return;
            }
            try {
                rest.add(MetricSnapshots.of(
                        snapshot(family.kind, new MetricMetadata(base, family.help), family.series)));
                taken.addAll(names);
            } catch (IllegalArgumentException clash) {
                refuse(family, "the family " + base + " cannot be written");
            }
        });
        families.clear();
        return rest;
    }

    private static MetricSnapshot snapshot(
            FamilyKind kind, MetricMetadata metadata, List<? extends DataPointSnapshot> series) {
        return switch (kind) {
            case COUNTER -> new CounterSnapshot(metadata, as(CounterDataPointSnapshot.class, series));
            case GAUGE -> new GaugeSnapshot(metadata, as(GaugeDataPointSnapshot.class, series));
            case HISTOGRAM -> new HistogramSnapshot(metadata, as(HistogramDataPointSnapshot.class, series));
            case SUMMARY -> new SummarySnapshot(metadata, as(SummaryDataPointSnapshot.class, series));
            case UNTYPED -> new UnknownSnapshot(metadata, as(UnknownDataPointSnapshot.class, series));
            case INFO -> new InfoSnapshot(metadata, as(InfoDataPointSnapshot.class, series));
        };
    }

    private static <D extends DataPointSnapshot> Collection<D> as(
            Class<D> type, List<? extends DataPointSnapshot> series) {
        return series.stream().map(type::cast).toList();
    }
}
