package io.policyengine.core.error;

/** Distinguishes faults of a policy from those of the process. */
public final class Faults {
    private Faults() {}

    /**
     * Throws a fault of the whole process, such as an {@link OutOfMemoryError}. Any other fault is the policy's own.
     */
    public static void rethrowFatal(Throwable thrown) {
        if (thrown instanceof VirtualMachineError fatal && !(fatal instanceof StackOverflowError)) {
            throw fatal;
        }
    }
}
