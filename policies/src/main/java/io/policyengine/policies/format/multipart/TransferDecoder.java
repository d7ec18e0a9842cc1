package io.policyengine.policies.format.multipart;

import java.util.Arrays;

/**
 * The decoder of a transfer encoding, octet by octet. Each octet completes at most one decoded octet. Holds a few bits.
 */
public interface TransferDecoder {
    /** The result if no decoded octet is complete. */
    int NONE = -1;

    /** The decoder of unencoded octets. */
    TransferDecoder IDENTITY = octet -> octet;

    /**
     * Reads the next octet, 0 to 255.
     *
     * @return the decoded octet that this one completes, or {@link #NONE}
     * @throws MultipartFault if decoders differ in how they read the octet
     */
    int take(int octet) throws MultipartFault;

    /**
     * Ends the content.
     *
     * @throws MultipartFault if the content is incomplete
     */
    default void end() throws MultipartFault {}

    /** Returns whether the next octet begins a new decoded octet. */
    default boolean isBetween() {
        return true;
    }

    /**
     * Decodes the octets from {@code start} (inclusive) to {@code end} (exclusive); returns the decoded octets that
     * they complete.
     */
    default byte[] take(byte[] bytes, int start, int end) throws MultipartFault {
        byte[] decoded = new byte[end - start];
        int length = 0;
        for (int i = start; i < end; i++) {
            int octet = take(bytes[i] & 0xFF);
            if (octet != NONE) {
                decoded[length] = (byte) octet;
                length++;
            }
        }
        return length == decoded.length ? decoded : Arrays.copyOf(decoded, length);
    }
}
