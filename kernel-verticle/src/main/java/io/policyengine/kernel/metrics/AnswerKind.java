package io.policyengine.kernel.metrics;

/** The kind of response that a client got; a value of the metrics' label {@code answer}. */
public enum AnswerKind {
    /** The upstream's response, as far as the engine knows. */
    PASSED("passed"),
    SUCCESS("2xx"),
    REDIRECTION("3xx"),
    CLIENT_ERROR("4xx"),
    SERVER_ERROR("5xx"),
    /** Envoy's own response, after the engine aborted the stream. */
    BROKEN_OFF("broken_off"),
    /** No response: the client or Envoy disconnected. */
    CANCELLED("cancelled");

    private final String label;

    AnswerKind(String label) {
        this.label = label;
    }

    /** Returns the kind of a response that the engine itself created. */
    public static AnswerKind ofStatus(int status) {
        return switch (status / 100) {
            case 2 -> SUCCESS;
            case 3 -> REDIRECTION;
            case 4 -> CLIENT_ERROR;
            default -> SERVER_ERROR;
        };
    }

    public String label() {
        return label;
    }
}
