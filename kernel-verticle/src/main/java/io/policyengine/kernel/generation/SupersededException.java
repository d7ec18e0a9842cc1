package io.policyengine.kernel.generation;

/**
 * An urgent change has activated another configuration during the preparation, which must be repeated from the running
 * one.
 */
public final class SupersededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SupersededException() {
        super("another configuration was put into force meanwhile", null, false, false);
    }
}
