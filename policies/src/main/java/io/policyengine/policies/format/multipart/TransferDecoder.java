package io.policyengine.policies.format.multipart;

import java.util.Arrays;

/** The decoder of a transfer encoding, octet by octet. Each octet taken yields at most one; a few bits are kept. */
public interface TransferDecoder {
    /** The result while no octet is complete. */
    int NONE = -1;

    /** The decoder of unencoded octets. */
    TransferDecoder IDENTITY = octet -> octet;

    /**
     * Takes the next octet, 0 to 255.
     *
     * @return the octet that this one completes, or {@link #NONE}
     * @throws MultipartFault if decoders differ in how they read it
     */
    int take(int octet) throws MultipartFault;

    /**
     * Ends the content.
     *
     * @throws MultipartFault if the content is incomplete
     */
    default void end() throws MultipartFault {}

    /** Returns whether the next decoded octet begins with the next octet taken. */
    default boolean isBetween() {
        return true;
    }

    /** Takes these octets and returns the octets that they complete. */
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
