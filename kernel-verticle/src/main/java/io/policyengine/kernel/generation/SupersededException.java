package io.policyengine.kernel.generation;

/**
 * An urgent change has put another configuration into force while this one was prepared: it is to be made anew from what is running now.
 */
public final class SupersededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SupersededException() {
        super("another configuration was put into force meanwhile", null, false, false);
    }
}
