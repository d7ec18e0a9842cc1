package io.policyengine.policies.format.parts;

/**
 * The scan of a body or part as its octets come, wherever they are cut.
 *
 * @param <E> the fault for which it is refused
 */
@FunctionalInterface
public interface OctetScan<E extends Exception> {
    /**
     * Takes the octets from {@code start} to before {@code end}.
     *
     * @throws E if they show one
     */
    void take(byte[] bytes, int start, int end) throws E;

    /** Bytes of memory that it keeps for what is to come, by estimate. */
    default long heldBytes() {
        return 0;
    }
}
