package io.policyengine.testkit.envoy;

/**
 * The end of the gRPC stream of an exchange.
 *
 * @param status gRPC status code if the server ended the stream, otherwise 0
 * @param message the server's status message, or a description of the failure
 */
public record StreamEnd(Kind kind, int status, String message) {
    /** The way in which a stream ended, and the side that ended it. */
    public enum Kind {
        /** The stream was not opened, because there was no message to send. */
        NOT_OPENED,
        /** Envoy sent END_STREAM and RST_STREAM. */
        LEFT_BY_ENVOY,
        /** The server closed the stream with status OK. */
        SERVER_OK,
        /** The server ended the stream with another status, reset it, or could not be reached. */
        SERVER_ERROR
    }
}
