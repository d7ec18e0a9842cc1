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

    ProcessingResponse proto() {
        return proto;
    }
}
