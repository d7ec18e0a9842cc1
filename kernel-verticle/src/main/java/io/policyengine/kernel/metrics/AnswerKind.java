package io.policyengine.kernel.metrics;

/** The answer that a client got: the values of the label {@code answer}. */
public enum AnswerKind {
    /** The upstream's, as far as is known. */
    PASSED("passed"),
    /** A successful response of a policy or the engine. */
    SUCCESS("2xx"),
    /** A redirect by a policy or the engine. */
    REDIRECTION("3xx"),
    /** A client error by a policy or the engine. */
    CLIENT_ERROR("4xx"),
    /** A server error by a policy or the engine. */
    SERVER_ERROR("5xx"),
    /** Envoy's own: the stream was broken off. */
    BROKEN_OFF("broken_off"),
    /** No response: the client, or Envoy, disconnected. */
    CANCELLED("cancelled");

    private final String label;

    AnswerKind(String label) {
        this.label = label;
    }

    /** The kind of an answer of the engine's, by its status from 200 to 599. */
    public static AnswerKind ofStatus(int status) {
        return switch (status / 100) {
            case 2 -> SUCCESS;
            case 3 -> REDIRECTION;
            case 4 -> CLIENT_ERROR;
            default -> SERVER_ERROR;
        };
    }

    /** The label's value. */
    public String label() {
        return label;
    }
}
