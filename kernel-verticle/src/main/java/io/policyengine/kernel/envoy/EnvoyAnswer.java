package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;

/** An answer to Envoy, made by {@link EnvoyWriter}. */
public final class EnvoyAnswer {
    private final ProcessingResponse proto;

    EnvoyAnswer(ProcessingResponse proto) {
        this.proto = proto;
    }

    ProcessingResponse proto() {
        return proto;
    }
}
