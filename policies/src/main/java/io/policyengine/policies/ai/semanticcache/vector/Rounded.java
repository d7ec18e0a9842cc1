package io.policyengine.policies.ai.semanticcache.vector;

import io.vertx.core.buffer.Buffer;

/** An {@link Embedding} in a byte for each dimension: a quarter of its size, near enough to say which of many is nearest. Immutable. */
public final class Rounded {
    private final byte[] bytes;
    private final double length;

    Rounded(byte[] bytes) {
        this.bytes = bytes;
        this.length = Math.sqrt(dot(bytes, bytes));
    }

    /** The one that was written as these bytes. */
    public static Rounded of(Buffer bytes) {
        return new Rounded(bytes.getBytes());
    }

    /** The bytes of which {@link #of} makes the same. */
    public Buffer encode() {
        return Buffer.buffer(bytes);
    }

    /** The number of dimensions. */
    public int dimensions() {
        return bytes.length;
    }

    /** About the cosine of the angle to another; -1 for one of other dimensions, and for one without direction. */
    public double similarity(Rounded other) {
        if (bytes.length != other.bytes.length || length == 0 || other.length == 0) {
            return -1;
        }
        return dot(bytes, other.bytes) / (length * other.length);
    }

    /** Returns the dot product: at most 8,192 products of 7 bits each, without overflow. */
    private static int dot(byte[] one, byte[] other) {
        int sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
