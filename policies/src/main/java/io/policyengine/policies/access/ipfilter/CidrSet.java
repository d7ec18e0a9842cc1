package io.policyengine.policies.access.ipfilter;

import io.policyengine.core.http.IpAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A set of IP addresses as sorted, disjoint ranges, searched by bisection. An IPv4 range takes 8 bytes, an IPv6 range
 * 32. Immutable.
 */
final class CidrSet {
    /** Maximum number of address blocks in a set. */
    static final int MAX_BLOCKS = 1_000_000;

    private static final CidrSet EMPTY = new CidrSet(new long[0], new long[0]);
    private static final long V4_END = 0xFFFF_FFFFL;

    /** Number of array elements for an IPv6 range: its first and last address, each in two halves. */
    private static final int V6_NUMBERS = 4;

    /**
     * The sorted IPv4 ranges. Each element holds the first and the last address of a range, with the sign bit flipped
     * so that signed comparison gives the unsigned order.
     */
    private final long[] v4;

    private final long[] v6;

    private CidrSet(long[] v4, long[] v6) {
        this.v4 = v4;
        this.v6 = v6;
    }

    static CidrSet empty() {
        return EMPTY;
    }

    static CidrSet of(List<Cidr> blocks) {
        return new CidrSet(
                mergedV4(blocks.stream()
                        .filter(block -> block.first().isV4())
                        .mapToLong(block -> packed(block.first().low(), block.lastLow()))
                        .sorted()
                        .toArray()),
                mergedV6(blocks.stream()
                        .filter(block -> !block.first().isV4())
                        .sorted(Comparator.comparing(
                                        Cidr::first,
                                        (one, other) -> compare(one.high(), one.low(), other.high(), other.low()))
                                .thenComparingInt(Cidr::prefix))
                        .toList()));
    }

    private static long packed(long first, long last) {
        return (first << 32 | last) ^ Long.MIN_VALUE;
    }

    private static long first(long range) {
        return (range ^ Long.MIN_VALUE) >>> 32;
    }

    private static long last(long range) {
        return range & V4_END;
    }

    private static long[] mergedV4(long[] sorted) {
        int kept = 0;
        for (long range : sorted) {
            if (kept > 0 && first(range) <= last(sorted[kept - 1]) + 1) {
                long before = sorted[kept - 1];
                sorted[kept - 1] = packed(first(before), Math.max(last(before), last(range)));
            } else {
                sorted[kept++] = range;
            }
        }
        return Arrays.copyOf(sorted, kept);
    }

    /**
     * Merges sorted IPv6 blocks into ranges. Two blocks are disjoint or nested, so a block that starts within the
     * previous range also ends within it.
     */
    private static long[] mergedV6(List<Cidr> sorted) {
        long[] ranges = new long[sorted.size() * V6_NUMBERS];
        int end = 0;
        for (Cidr block : sorted) {
            long high = block.first().high();
            long low = block.first().low();
            if (end > 0 && compare(high, low, ranges[end - 2], ranges[end - 1]) <= 0) {
                continue;
            }
            if (end == 0 || !follows(high, low, ranges[end - 2], ranges[end - 1])) {
                ranges[end] = high;
                ranges[end + 1] = low;
                end += V6_NUMBERS;
            }
            ranges[end - 2] = block.lastHigh();
            ranges[end - 1] = block.lastLow();
        }
        return Arrays.copyOf(ranges, end);
    }

    private static boolean follows(long high, long low, long lastHigh, long lastLow) {
        return low == lastLow + 1 && high == (low == 0 ? lastHigh + 1 : lastHigh);
    }

    private static int compare(long oneHigh, long oneLow, long otherHigh, long otherLow) {
        int high = Long.compareUnsigned(oneHigh, otherHigh);
        return high != 0 ? high : Long.compareUnsigned(oneLow, otherLow);
    }

    boolean contains(IpAddress address) {
        return address.isV4() ? containsV4(address.low()) : containsV6(address.high(), address.low());
    }

    private boolean containsV4(long address) {
        int at = Arrays.binarySearch(v4, packed(address, V4_END));
        int before = at >= 0 ? at : -at - 2;
        return before >= 0 && last(v4[before]) >= address;
    }

    private boolean containsV6(long high, long low) {
        int from = 0;
        int to = v6.length / V6_NUMBERS - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int at = middle * V6_NUMBERS;
            if (compare(high, low, v6[at], v6[at + 1]) < 0) {
                to = middle - 1;
            } else if (compare(high, low, v6[at + 2], v6[at + 3]) > 0) {
                from = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** Returns the memory that the ranges use, in bytes. */
    long bytes() {
        return (long) Long.BYTES * (v4.length + v6.length);
    }

    /** Returns the number of disjoint ranges. */
    int ranges() {
        return v4.length + v6.length / V6_NUMBERS;
    }
}
