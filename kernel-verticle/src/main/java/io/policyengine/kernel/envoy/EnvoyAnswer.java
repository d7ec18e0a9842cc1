package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;

/** An answer to Envoy, created by {@link EnvoyWriter}. */
public final class EnvoyAnswer {
    private final ProcessingResponse proto;

    EnvoyAnswer(ProcessingResponse proto) {
        this.proto = proto;
    }

    /**
     * Returns whether the answer replaces the message (CONTINUE_AND_REPLACE), after which Envoy accepts no further
     * answers.
     */
    public boolean replacesMessage() {
        CommonResponse common = proto.hasRequestHeaders()
                ? proto.getRequestHeaders().getResponse()
                : proto.getResponseHeaders().getResponse();
        return common.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE;
    }

    /** Returns the label of the kind of message that is answered. */
    public String label() {
        return switch (proto.getResponseCase()) {
            case REQUEST_HEADERS -> "request_headers";
            case REQUEST_BODY -> "request_body";
            case REQUEST_TRAILERS -> "request_trailers";
            case RESPONSE_HEADERS -> "response_headers";
            case RESPONSE_BODY -> "response_body";
            case RESPONSE_TRAILERS -> "response_trailers";
            case IMMEDIATE_RESPONSE -> "immediate_response";
            case RESPONSE_NOT_SET -> "answer";
        };
    }

    /** Returns whether the answered message belongs to the request; false for immediate responses. */
    public boolean isOfRequest() {
        return switch (proto.getResponseCase()) {
            case REQUEST_HEADERS, REQUEST_BODY, REQUEST_TRAILERS -> true;
            case RESPONSE_HEADERS, RESPONSE_BODY, RESPONSE_TRAILERS, IMMEDIATE_RESPONSE, RESPONSE_NOT_SET -> false;
        };
    }

    ProcessingResponse proto() {
        return proto;
    }
}
