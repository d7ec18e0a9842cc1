package io.policyengine.kernel.generation;

/** Reports that a change was prepared for a configuration that an urgent change has replaced meanwhile. */
public final class SupersededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SupersededException() {
        super("another configuration has become active meanwhile", null, false, false);
    }
}
