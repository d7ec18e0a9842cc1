package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.kernel.grpc.GrpcRequest;

/** A message from Envoy, to be read by {@link EnvoyReader}. */
public final class EnvoyMessage {
    private final ProcessingRequest proto;
    private final int size;
    private final GrpcRequest.HeldBytes held;

    EnvoyMessage(ProcessingRequest proto, int size, GrpcRequest.HeldBytes held) {
        this.proto = proto;
        this.size = size;
        this.held = held;
    }

    ProcessingRequest proto() {
        return proto;
    }

    /** Its length in bytes, as it came. */
    int size() {
        return size;
    }

    /**
     * Gives back the bytes that it holds of {@code limits.max_buffered_bytes}: it is answered, and nothing of its body is kept.
     * Once is enough; the end of the stream does it for all.
     */
    public void release() {
        held.release();
    }

    /** The action of {@link #release}, which does not keep the message alive. */
    public Runnable releaser() {
        return held::release;
    }
}
