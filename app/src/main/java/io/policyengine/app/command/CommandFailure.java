package io.policyengine.app.command;

/** The failure of a command: the message for the user, without a stack trace, and the exit code. */
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

    /** Returns the failure of a correct command: exit code 1. */
    public static CommandFailure failed(String message) {
        return new CommandFailure(FAILED, message);
    }

    /** Returns the failure of a command that was used wrongly, or whose configuration is invalid: exit code 2. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(USAGE, message);
    }

    /** The exit code of the process. */
    public int exitCode() {
        return exitCode;
    }
}
