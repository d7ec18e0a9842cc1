package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;

/** A message from Envoy, to be read by {@link EnvoyReader}. */
public final class EnvoyMessage {
    private final ProcessingRequest proto;

    EnvoyMessage(ProcessingRequest proto) {
        this.proto = proto;
    }

    ProcessingRequest proto() {
        return proto;
    }
}
