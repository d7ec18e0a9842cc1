package io.policyengine.kernel.envoy;

/**
 * The way in which Envoy conducts the exchange, as the first message tells ({@code external_processor.proto: ProtocolConfiguration}).
 *
 * @param requestBody how the request body comes unless the mode is overridden
 * @param responseBody how the response body comes unless the mode is overridden
 * @param sendsBodyEarly body messages do not wait for the answer to the headers
 */
public record Protocol(BodyMode requestBody, BodyMode responseBody, boolean sendsBodyEarly) {
    /** The protocol where Envoy does not tell: no bodies. */
    public static final Protocol UNTOLD = new Protocol(BodyMode.NONE, BodyMode.NONE, false);

    /** True if Envoy would honour a mode override, as far as the message tells. */
    public boolean canOverrideMode() {
        return !sendsBodyEarly && requestBody.canBeOverridden() && responseBody.canBeOverridden();
    }

    /** True if Envoy sends neither body. */
    public boolean sendsNoBody() {
        return !requestBody.sendsBody() && !responseBody.sendsBody();
    }
}
