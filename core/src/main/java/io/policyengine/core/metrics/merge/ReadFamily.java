package io.policyengine.core.metrics.merge;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A family of metrics of one replica, while its samples are read. */
final class ReadFamily {
    /** The greatest count up to which a double represents every whole number. */
    private static final double MAX_COUNT = 1L << 53;

    private final String name;
    private final FamilyKind kind;
    private final Labels ofReplica;
    private final Map<Labels, Double> values = new HashMap<>();
    private final Map<Labels, Distribution> distributions = new HashMap<>();
    private String help = "";

    /** The samples of one histogram or summary. The keys of {@code parts} are bucket bounds or quantiles. */
    private static final class Distribution {
        final Map<Double, Double> parts = new TreeMap<>();
        double sum = Double.NaN;
        long count = -1;
    }

    ReadFamily(String name, FamilyKind kind, Labels ofReplica) {
        this.name = name;
        this.kind = kind;
        this.ofReplica = ofReplica;
    }

    void describe(String text) {
        help = text;
    }

    String help() {
        return help;
    }

    boolean isEmpty() {
        return values.isEmpty() && distributions.isEmpty();
    }

    /**
     * Returns the family's type; {@link FamilyKind#INFO} for a gauge that is always 1 and whose name ends in
     * {@code _info}.
     */
    FamilyKind kind() {
        return kind == FamilyKind.GAUGE
                        && name.endsWith("_info")
                        && name.length() > "_info".length()
                        && values.values().stream().allMatch(value -> value == 1)
                ? FamilyKind.INFO
                : kind;
    }

    String base() {
        return kind().base(name);
    }

    /** Returns whether a sample with this name belongs to the family. */
    boolean has(String sample) {
        return switch (kind) {
            case COUNTER, GAUGE, UNTYPED, INFO -> sample.equals(name);
            case HISTOGRAM ->
                sample.equals(name + "_bucket") || sample.equals(name + "_sum") || sample.equals(name + "_count");
            case SUMMARY -> sample.equals(name) || sample.equals(name + "_sum") || sample.equals(name + "_count");
        };
    }

    void add(SampleLine sample) throws MalformedMetricsException {
        switch (kind) {
            case COUNTER -> {
                if (!(sample.value() >= 0)) {
                    throw new MalformedMetricsException("the value of a counter is negative or not a number");
                }
                addValue(sample);
            }
            case GAUGE, UNTYPED, INFO -> addValue(sample);
            case HISTOGRAM -> addPart(sample, "_bucket", "le");
            case SUMMARY -> addPart(sample, "", "quantile");
        }
    }

    private void addValue(SampleLine sample) throws MalformedMetricsException {
        if (values.put(sample.labels(ofReplica), sample.value()) != null) {
            throw new MalformedMetricsException("a series occurs twice");
        }
    }

    private void addPart(SampleLine sample, String suffix, String label) throws MalformedMetricsException {
        boolean isPart = sample.name().equals(name + suffix);
        String bound = sample.take(label);
        if (isPart != (bound != null)) {
            throw new MalformedMetricsException(
                    "a sample of a histogram or summary lacks its bound or quantile, or" + " must not have one");
        }
        Distribution distribution = distributions.computeIfAbsent(sample.labels(ofReplica), _ -> new Distribution());
        boolean isTwice;
        if (bound != null) {
            isTwice = distribution.parts.put(SampleLine.number(bound), sample.value()) != null;
        } else if (sample.name().endsWith("_sum")) {
            isTwice = !Double.isNaN(distribution.sum);
            distribution.sum = sample.value();
        } else {
            isTwice = distribution.count >= 0;
            distribution.count = count(sample.value());
        }
        if (isTwice) {
            throw new MalformedMetricsException("a series occurs twice");
        }
    }

    private static long count(double value) throws MalformedMetricsException {
        if (!(value >= 0 && value <= MAX_COUNT && value == Math.rint(value))) {
            throw new MalformedMetricsException("a count is not a whole number");
        }
        return (long) value;
    }

    /** Returns the series of the family, in the form that its type requires. */
    List<DataPointSnapshot> series() throws MalformedMetricsException {
        FamilyKind type = kind();
        List<DataPointSnapshot> series = new ArrayList<>(values.size() + distributions.size());
        values.forEach((labels, value) -> series.add(
                switch (type) {
                    case COUNTER -> new CounterDataPointSnapshot(value, labels, null, 0);
                    case GAUGE -> new GaugeDataPointSnapshot(value, labels, null);
                    case INFO -> new InfoDataPointSnapshot(labels);
                    case UNTYPED, HISTOGRAM, SUMMARY -> new UnknownDataPointSnapshot(value, labels, null);
                }));
        for (Map.Entry<Labels, Distribution> each : distributions.entrySet()) {
            series.add(
                    type == FamilyKind.HISTOGRAM
                            ? histogram(each.getKey(), each.getValue())
                            : summary(each.getKey(), each.getValue()));
        }
        return series;
    }

    private static DataPointSnapshot histogram(Labels labels, Distribution distribution)
            throws MalformedMetricsException {
        Map<Double, Double> parts = distribution.parts;
        if (!parts.containsKey(Double.POSITIVE_INFINITY) || parts.containsKey(Double.NaN)) {
            throw new MalformedMetricsException(
                    "a histogram has no bucket with the bound +Inf, or has one with the" + " bound NaN");
        }
        List<Double> bounds = new ArrayList<>(parts.keySet());
        List<Long> counts = new ArrayList<>(bounds.size());
        long below = 0;
        for (double cumulative : parts.values()) {
            long upTo = count(cumulative);
            if (upTo < below) {
                throw new MalformedMetricsException("the buckets of a histogram are not cumulative");
            }
            counts.add(upTo - below);
            below = upTo;
        }
        return new HistogramDataPointSnapshot(
                ClassicHistogramBuckets.of(bounds, counts), distribution.sum, labels, Exemplars.EMPTY, 0);
    }

    private static DataPointSnapshot summary(Labels labels, Distribution distribution)
            throws MalformedMetricsException {
        if (distribution.count < 0) {
            throw new MalformedMetricsException("a summary has no count");
        }
        List<Quantile> quantiles = new ArrayList<>(distribution.parts.size());
        for (Map.Entry<Double, Double> part : distribution.parts.entrySet()) {
            if (!(part.getKey() >= 0 && part.getKey() <= 1)) {
                throw new MalformedMetricsException("a quantile is not between 0 and 1");
            }
            quantiles.add(new Quantile(part.getKey(), part.getValue()));
        }
        return new SummaryDataPointSnapshot(
                distribution.count, distribution.sum, Quantiles.of(quantiles), labels, Exemplars.EMPTY, 0);
    }
}
