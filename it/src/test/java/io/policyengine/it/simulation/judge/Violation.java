package io.policyengine.it.simulation.judge;

/** A promise of the engine that it broke. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Violation(String message) {
        super(message, null, false, false);
    }

    /** Throws unless it holds. */
    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(otherwise);
        }
    }
}
