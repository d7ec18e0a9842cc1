package io.policyengine.policies.format.parts;

import io.policyengine.policies.format.multipart.MultipartFault;

/**
 * The incremental scan of a body or part that may have parts.
 *
 * @param <E> the fault that refuses the body
 */
public interface PartScan<E extends Exception> {
    /**
     * Scans the octets from {@code start} (inclusive) to {@code end} (exclusive).
     *
     * @throws E if the octets must be refused
     * @throws MultipartFault if servers may find different parts in the octets
     */
    void take(byte[] bytes, int start, int end) throws E, MultipartFault;

    /**
     * Ends the body or part.
     *
     * @throws E if the body or part must be refused
     * @throws MultipartFault if servers may find different parts in it
     */
    default void end() throws E, MultipartFault {}

    /** Returns the estimated bytes of memory held. */
    default long heldBytes() {
        return 0;
    }
}
