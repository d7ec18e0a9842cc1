package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.kernel.account.Held;

/** A message from Envoy, to be read by {@link EnvoyReader}. */
public final class EnvoyMessage {
    private final ProcessingRequest proto;
    private final int size;
    private final Held held;

    EnvoyMessage(ProcessingRequest proto, int size, Held held) {
        this.proto = proto;
        this.size = size;
        this.held = held;
    }

    ProcessingRequest proto() {
        return proto;
    }

    /** The encoded length in bytes. */
    public int size() {
        return size;
    }

    /**
     * Gives back the bytes that it holds of the account: it is answered, and nothing of its body is kept.
     * Once is enough; the end of the stream does it for all.
     */
    public void release() {
        held.release();
    }

    /** The bytes that it holds, which do not keep the message alive. */
    public Held held() {
        return held;
    }
}
