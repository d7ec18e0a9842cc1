package io.policyengine.core.error;

/** Distinguishes faults of a policy from those of the process. */
public final class Faults {
    private Faults() {}

    /** Throws on what concerns the whole process, such as an {@link OutOfMemoryError}. Anything else is the policy's own fault. */
    public static void rethrowFatal(Throwable thrown) {
        if (thrown instanceof VirtualMachineError fatal && !(fatal instanceof StackOverflowError)) {
            throw fatal;
        }
    }
}
