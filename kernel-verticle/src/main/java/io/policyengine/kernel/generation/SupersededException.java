package io.policyengine.kernel.generation;

/** Reports that an urgent change superseded the configuration on which a preparation was based. */
public final class SupersededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SupersededException() {
        super("another configuration has become active meanwhile", null, false, false);
    }
}
