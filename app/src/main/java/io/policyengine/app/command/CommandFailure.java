package io.policyengine.app.command;

/** A command that ends without success: what the user reads, without a stack trace, and the exit code. */
public final class CommandFailure extends RuntimeException {
    /** Exit code of a command that was attempted and failed. */
    public static final int FAILED = 1;
    /** Exit code of wrong usage, or of an unusable configuration. */
    public static final int USAGE = 2;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** Something that was tried and failed: exit code 1. */
    public static CommandFailure failed(String message) {
        return new CommandFailure(FAILED, message);
    }

    /** A mistake in what was asked for, or in the configuration: exit code 2. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(USAGE, message);
    }

    /** The code that the process ends with. */
    public int exitCode() {
        return exitCode;
    }
}
