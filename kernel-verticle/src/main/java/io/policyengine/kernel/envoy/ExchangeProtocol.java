package io.policyengine.kernel.envoy;

/**
 * The protocol settings that Envoy announces in the first message of an exchange ({@code external_processor.proto:
 * ProtocolConfiguration}).
 *
 * @param requestBody mode of the request body unless it is overridden
 * @param responseBody mode of the response body unless it is overridden
 * @param sendsBodyEarly whether Envoy sends body messages before the headers are answered
 */
public record ExchangeProtocol(BodyMode requestBody, BodyMode responseBody, boolean sendsBodyEarly) {
    /** The protocol without bodies, which is assumed if Envoy does not announce one. */
    public static final ExchangeProtocol UNTOLD = new ExchangeProtocol(BodyMode.NONE, BodyMode.NONE, false);

    /** Returns whether Envoy's protocol settings permit it to honour a mode override. */
    public boolean canOverrideMode() {
        return !sendsBodyEarly && requestBody.canBeOverridden() && responseBody.canBeOverridden();
    }

    public boolean sendsNoBody() {
        return !requestBody.sendsBody() && !responseBody.sendsBody();
    }
}
