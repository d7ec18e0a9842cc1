package io.policyengine.core.error;

/** Separates faults of the whole process from faults of a single policy. */
public final class Faults {
    private Faults() {}

    /**
     * Rethrows a fault of the whole process, such as an {@link OutOfMemoryError}. Returns normally for a fault of a
     * policy.
     */
    public static void rethrowFatal(Throwable thrown) {
        if (thrown instanceof VirtualMachineError fatal && !(fatal instanceof StackOverflowError)) {
            throw fatal;
        }
    }
}
