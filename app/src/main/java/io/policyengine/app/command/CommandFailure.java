package io.policyengine.app.command;

/** The failure of a command, with a message for the user instead of a stack trace, and the exit code. */
public final class CommandFailure extends RuntimeException {
    /** Exit code of a valid command that failed. */
    public static final int FAILED = 1;
    /** Exit code of a command with wrong arguments or an unusable configuration. */
    public static final int USAGE = 2;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** Returns the failure of a valid command, with exit code 1. */
    public static CommandFailure failed(String message) {
        return new CommandFailure(FAILED, message);
    }

    /** Returns the failure of a command with wrong arguments or an unusable configuration, with exit code 2. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(USAGE, message);
    }

    public int exitCode() {
        return exitCode;
    }
}
