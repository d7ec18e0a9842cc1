package io.policyengine.policies.format.parts;

import io.policyengine.policies.format.multipart.MultipartFault;

/**
 * The scan of what may have parts, as its octets come, wherever they are cut.
 *
 * @param <E> the fault for which it is refused
 */
public interface PartScan<E extends Exception> {
    /**
     * Takes the octets from {@code start} to before {@code end}.
     *
     * @throws E if they show one
     * @throws MultipartFault if servers may find other parts in them
     */
    void take(byte[] bytes, int start, int end) throws E, MultipartFault;

    /**
     * Ends the body or part.
     *
     * @throws E if that shows one
     * @throws MultipartFault if servers may find other parts in it
     */
    default void end() throws E, MultipartFault {}

    /** Returns the bytes of memory that it keeps for what is to come, by estimate. */
    default long heldBytes() {
        return 0;
    }
}
