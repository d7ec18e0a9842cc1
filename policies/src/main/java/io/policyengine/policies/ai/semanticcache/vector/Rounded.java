package io.policyengine.policies.ai.semanticcache.vector;

import io.vertx.core.buffer.Buffer;

/**
 * An {@link Embedding} with one byte for each dimension: a quarter of the size, and exact enough to find the nearest
 * vector. Immutable.
 */
public final class Rounded {
    private final byte[] bytes;
    private final double length;

    Rounded(byte[] bytes) {
        this.bytes = bytes;
        this.length = Math.sqrt(dot(bytes, bytes));
    }

    /** Returns the vector encoded in these bytes. */
    public static Rounded of(Buffer bytes) {
        return new Rounded(bytes.getBytes());
    }

    /** Returns the bytes that {@link #of} reads. */
    public Buffer encode() {
        return Buffer.buffer(bytes);
    }

    public int dimensions() {
        return bytes.length;
    }

    /** Returns the approximate cosine of the angle to another vector; -1 if they cannot be compared. */
    public double similarity(Rounded other) {
        if (bytes.length != other.bytes.length || length == 0 || other.length == 0) {
            return -1;
        }
        return dot(bytes, other.bytes) / (length * other.length);
    }

    /**
     * Returns the dot product of two vectors. It cannot overflow, since it sums at most 8,192 products of 7-bit
     * numbers.
     */
    private static int dot(byte[] one, byte[] other) {
        int sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
