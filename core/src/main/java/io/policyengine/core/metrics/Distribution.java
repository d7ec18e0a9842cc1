package io.policyengine.core.metrics;

import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.NativeHistogramBucket;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The durations recorded by one or more native histograms.
 *
 * @param sum seconds
 * @param buckets counts of non-empty buckets by upper bound in seconds
 */
public record Distribution(long count, double sum, NavigableMap<Double, Long> buckets) {
    public static final Distribution NONE = new Distribution(0, 0, new TreeMap<>());

    /**
     * The ratio of a bucket's upper bound to its lower bound at the finest resolution: {@link EngineRegistry} has eight
     * buckets per factor of 2.
     */
    private static final double WIDTH = Math.pow(2, 1.0 / 8);

    static Distribution of(HistogramDataPointSnapshot series) {
        NavigableMap<Double, Long> buckets = new TreeMap<>();
        if (series.getNativeZeroCount() > 0) {
            buckets.put(0.0, series.getNativeZeroCount());
        }
        // Bounds of wide buckets are among those of narrow ones (Prometheus native histograms: base 2^(2^-schema)).
        double parts = Math.pow(2, series.getNativeSchema());
        for (NativeHistogramBucket bucket : series.getNativeBucketsForPositiveValues()) {
            buckets.merge(Math.pow(2, bucket.getBucketIndex() / parts), bucket.getCount(), Long::sum);
        }
        return new Distribution(series.getCount(), series.getSum(), buckets);
    }

    /** Returns the sum of this distribution and another. */
    public Distribution and(Distribution other) {
        if (count == 0) {
            return other;
        }
        NavigableMap<Double, Long> both = new TreeMap<>(buckets);
        other.buckets.forEach((bound, number) -> both.merge(bound, number, Long::sum));
        return new Distribution(count + other.count, sum + other.sum, both);
    }

    /** Returns the durations that the same histograms have recorded since an earlier distribution. */
    public Distribution since(Distribution earlier) {
        NavigableMap<Double, Long> later = new TreeMap<>();
        buckets.forEach((bound, number) -> {
            long more = number - earlier.buckets.getOrDefault(bound, 0L);
            if (more > 0) {
                later.put(bound, more);
            }
        });
        return new Distribution(Math.max(0, count - earlier.count), Math.max(0, sum - earlier.sum), later);
    }

    /**
     * Returns a quantile in seconds with an error below 9 %, or 0 if the distribution is empty.
     *
     * @param share from 0 to 1
     */
    public double quantile(double share) {
        long all = buckets.values().stream().mapToLong(Long::longValue).sum();
        double wanted = share * all;
        double before = 0;
        for (Map.Entry<Double, Long> bucket : buckets.entrySet()) {
            double within = bucket.getValue();
            if (before + within >= wanted) {
                double part = within == 0 ? 1 : (wanted - before) / within;
                return bucket.getKey() * Math.pow(WIDTH, part - 1);
            }
            before += within;
        }
        return 0;
    }
}
