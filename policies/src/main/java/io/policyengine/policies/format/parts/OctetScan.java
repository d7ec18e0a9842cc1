package io.policyengine.policies.format.parts;

/**
 * The scan of a body or part that has no parts of its own.
 *
 * @param <E> the fault that refuses the body
 */
@FunctionalInterface
public interface OctetScan<E extends Exception> extends PartScan<E> {
    @Override
    void take(byte[] bytes, int start, int end) throws E;

    /** Returns whether the octets are known to be of another format, so that no later ones are a fault. */
    default boolean isOther() {
        return false;
    }
}
