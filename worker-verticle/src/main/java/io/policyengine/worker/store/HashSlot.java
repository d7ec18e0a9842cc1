package io.policyengine.worker.store;

/**
 * Computes the Redis Cluster slot of a key: CRC-16/XMODEM of its hash tag, modulo 16384 (Redis Cluster specification).
 */
final class HashSlot {
    static final int COUNT = 16_384;

    private static final int POLYNOMIAL = 0x1021;
    private static final int[] TABLE = table();

    private HashSlot() {}

    private static int[] table() {
        int[] table = new int[256];
        for (int octet = 0; octet < table.length; octet++) {
            int crc = octet << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
            }
            table[octet] = crc & 0xFFFF;
        }
        return table;
    }

    /** Returns the slot of all keys with this hash tag. The tag must be ASCII text, not empty and without braces. */
    static int of(String tag) {
        int crc = 0;
        for (int i = 0; i < tag.length(); i++) {
            crc = ((crc << 8) & 0xFFFF) ^ TABLE[(crc >>> 8) ^ (tag.charAt(i) & 0xFF)];
        }
        return crc & (COUNT - 1);
    }
}
