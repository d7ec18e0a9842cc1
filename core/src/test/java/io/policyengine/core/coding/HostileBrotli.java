package io.policyengine.core.coding;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.BitSet;

/** Begins of bodies in br that make a decoder hold much, written bit by bit (RFC 7932 §9). */
final class HostileBrotli {
    private static final int TREES = 256;
    private static final int LITERALS = 256;
    private static final int COMMANDS = 704;
    private static final int DISTANCES = 520;
    private static final int BLOCK_TYPES = TREES + 2;
    private static final int BLOCK_COUNTS = 26;
    /** Symbols of a context map for runs of zeros, of which the longest is 2 to the power of 16 and more. */
    private static final int RUNS = 16;

    private final BitSet bits = new BitSet();
    private int length;

    private HostileBrotli() {}

    /** As many trees as there may be, none of which is ever used. */
    static Buffer manyTrees() {
        HostileBrotli body = new HostileBrotli();
        body.put(0, 1); // a window of 64 KiB
        body.put(0, 3); // not the last meta-block, its length in four nibbles
        body.put(0xFFFF, 16);
        body.put(0, 1); // compressed
        for (int kind = 0; kind < 3; kind++) {
            body.putMany();
            body.putOnly(0, BLOCK_TYPES);
            body.putOnly(BLOCK_COUNTS - 1, BLOCK_COUNTS);
            body.put(0, 24);
        }
        body.put(3, 2); // NPOSTFIX
        body.put(15, 4); // NDIRECT
        body.put(0, 2 * TREES); // context modes
        body.putMapOfZeros(14);
        body.putMapOfZeros(10);
        for (int tree = 0; tree < TREES; tree++) {
            body.putOnly(0, LITERALS);
        }
        for (int tree = 0; tree < TREES; tree++) {
            body.putWide(COMMANDS);
        }
        for (int tree = 0; tree < TREES; tree++) {
            body.putWide(DISTANCES);
        }
        return Buffer.buffer(Arrays.copyOf(body.bits.toByteArray(), Math.ceilDiv(body.length, Byte.SIZE)));
    }

    private void put(int value, int count) {
        for (int bit = 0; bit < count; bit++) {
            bits.set(length++, (bit < Integer.SIZE) && (value >>> bit & 1) == 1);
        }
    }

    /** The number 256, as numbers of block types and trees are written. */
    private void putMany() {
        put(1, 1);
        put(7, 3);
        put(TREES - 1 - (1 << 7), 7);
    }

    /** A simple prefix code with one symbol. */
    private void putOnly(int symbol, int alphabet) {
        put(1, 2);
        put(0, 2);
        put(symbol, Integer.SIZE - Integer.numberOfLeadingZeros(alphabet - 1));
    }

    /** A context map of 2 to the power of so many zeros, in one run. */
    private void putMapOfZeros(int power) {
        putMany();
        put(1, 1);
        put(RUNS - 1, 4);
        putOnly(power, TREES + RUNS);
        put(0, power);
        put(0, 1);
    }

    /** A prefix code in which all symbols have nine or ten bits: its table has a second level everywhere. */
    private void putWide(int alphabet) {
        put(0, 2);
        // Lengths of the code lengths, in their order: 1 for "again" (16), 2 for nine and for ten.
        put(0, 2 * 8);
        put(0b0111, 4);
        put(0, 2 * 2);
        put(0b011, 3);
        put(0b011, 3);
        int nine = 2 * 512 - alphabet;
        put(0b01, 2);
        putAgain(nine - 1);
        put(0b11, 2);
        putAgain(alphabet - nine - 1);
    }

    /** Repeats the last length: each further digit multiplies by four. */
    private void putAgain(int times) {
        int more = times - 3;
        if (more >= 4) {
            putAgain(more / 4 + 2);
        }
        put(0, 1);
        put(more % 4, 2);
    }
}
