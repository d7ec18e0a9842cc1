package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;

/** An answer to Envoy, made by {@link EnvoyWriter}. */
public final class EnvoyAnswer {
    private final ProcessingResponse proto;

    EnvoyAnswer(ProcessingResponse proto) {
        this.proto = proto;
    }

    /** True if it replaces the whole message (CONTINUE_AND_REPLACE): Envoy wants no more answers in this direction. */
    public boolean replacesMessage() {
        CommonResponse common = proto.hasRequestHeaders()
                ? proto.getRequestHeaders().getResponse()
                : proto.getResponseHeaders().getResponse();
        return common.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE;
    }

    /** The label of the answered kind of message. */
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

    /** True if it answers a message of the request. */
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
