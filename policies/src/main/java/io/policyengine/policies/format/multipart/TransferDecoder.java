package io.policyengine.policies.format.multipart;

import java.util.Arrays;

/** The decoder of a transfer encoding, octet by octet. Each octet that is taken gives one or none; a few bits are kept. */
public interface TransferDecoder {
    /** The sign that no octet is known yet. */
    int NONE = -1;

    /** The decoder of octets that stand for themselves. */
    TransferDecoder IDENTITY = octet -> octet;

    /**
     * Takes the next octet, 0 to 255.
     *
     * @return the octet that is known with it; {@link #NONE} for none
     * @throws MultipartFault if decoders differ in how they read it
     */
    int take(int octet) throws MultipartFault;

    /**
     * Ends the content.
     *
     * @throws MultipartFault if it breaks off
     */
    default void end() throws MultipartFault {}

    /** Returns whether the next octet that is known begins with the next one that is taken. */
    default boolean isBetween() {
        return true;
    }

    /** Takes these octets; returns those that are known with them. */
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
