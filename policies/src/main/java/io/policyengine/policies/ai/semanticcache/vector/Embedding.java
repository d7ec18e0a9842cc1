package io.policyengine.policies.ai.semanticcache.vector;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** A vector of length one that represents a text. Immutable. */
public final class Embedding {
    /** Maximum number of dimensions of an embedding vector. */
    public static final int MAX_DIMENSIONS = 8_192;

    private final float[] unit;

    private Embedding(float[] unit) {
        this.unit = unit;
    }

    /**
     * Returns the vector of length one with this direction; empty if a number is not finite, or if all numbers are
     * zero.
     */
    public static Optional<Embedding> of(double[] direction) {
        double squares = 0;
        for (double each : direction) {
            squares += each * each;
        }
        if (!Double.isFinite(squares) || squares < Double.MIN_NORMAL) {
            return Optional.empty();
        }
        double length = Math.sqrt(squares);
        float[] unit = new float[direction.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (direction[i] / length);
        }
        return Optional.of(new Embedding(unit));
    }

    public int dimensions() {
        return unit.length;
    }

    /** Returns the cosine of the angle to another vector: 1 for the same direction; -1 if the dimensions differ. */
    public double similarity(Embedding other) {
        if (unit.length != other.unit.length) {
            return -1;
        }
        double sum = 0;
        for (int i = 0; i < unit.length; i++) {
            sum += (double) unit[i] * other.unit[i];
        }
        return sum;
    }

    /** Returns the vector rounded to one byte for each dimension, for finding near vectors. */
    public Rounded rounded() {
        float largest = 0;
        for (float each : unit) {
            largest = Math.max(largest, Math.abs(each));
        }
        byte[] bytes = new byte[unit.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(unit[i] / largest * Byte.MAX_VALUE);
        }
        return new Rounded(bytes);
    }

    /** Returns the approximate size in memory, in bytes. */
    public int bytes() {
        return Float.BYTES * unit.length + 48;
    }

    /** Appends the number of dimensions, then the value of each dimension. */
    public void appendTo(Buffer out) {
        out.appendInt(unit.length);
        for (float each : unit) {
            out.appendFloat(each);
        }
    }

    /**
     * Reads a vector from the front of these bytes.
     *
     * @throws IndexOutOfBoundsException if the bytes hold no vector
     */
    public static Embedding readFrom(Buffer in) {
        int dimensions = in.getInt(0);
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new IndexOutOfBoundsException("dimensions " + dimensions);
        }
        float[] unit = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            unit[i] = in.getFloat(Integer.BYTES + Float.BYTES * i);
        }
        return new Embedding(unit);
    }

    /** Returns the number of bytes that {@link #appendTo} adds. */
    public int encodedBytes() {
        return Integer.BYTES + Float.BYTES * unit.length;
    }
}
