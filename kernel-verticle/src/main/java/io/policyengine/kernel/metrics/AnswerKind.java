package io.policyengine.kernel.metrics;

/** The answer that a client got: the values of the label {@code answer}. */
public enum AnswerKind {
    /** The upstream's, as far as is known. */
    PASSED("passed"),
    /** One of a policy's or the engine's own, with success. */
    SUCCESS("2xx"),
    /** One of these that leads elsewhere. */
    REDIRECTION("3xx"),
    /** One of these that says what is wrong with the request. */
    CLIENT_ERROR("4xx"),
    /** One of these that says that it cannot be served. */
    SERVER_ERROR("5xx"),
    /** Envoy's own: the stream was broken off. */
    BROKEN_OFF("broken_off"),
    /** None: the client, or Envoy, went away. */
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
