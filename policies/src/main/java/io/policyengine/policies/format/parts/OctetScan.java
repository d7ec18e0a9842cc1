package io.policyengine.policies.format.parts;

/**
 * The scan of a body or part that itself has no parts.
 *
 * @param <E> the fault that refuses the body
 */
@FunctionalInterface
public interface OctetScan<E extends Exception> extends PartScan<E> {
    @Override
    void take(byte[] bytes, int start, int end) throws E;

    /** Returns whether the octets are known to be of another format. If they are, later octets cannot have a fault. */
    default boolean isOther() {
        return false;
    }
}
