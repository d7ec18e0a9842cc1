package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.kernel.account.MemoryReservation;

/** A message from Envoy, for {@link EnvoyReader} to read. */
public final class EnvoyMessage {
    private final ProcessingRequest proto;
    private final int size;
    private final MemoryReservation held;

    EnvoyMessage(ProcessingRequest proto, int size, MemoryReservation held) {
        this.proto = proto;
        this.size = size;
        this.held = held;
    }

    ProcessingRequest proto() {
        return proto;
    }

    /** Returns the encoded length of the message, in bytes. */
    public int size() {
        return size;
    }

    /**
     * Returns the message's bytes to the account. Called once the message is answered and no part of its body is kept.
     * Idempotent. The end of the stream returns the bytes of all messages of the stream.
     */
    public void release() {
        held.release();
    }

    /** Returns the message's reservation in the account. The reservation does not keep the message itself in memory. */
    public MemoryReservation held() {
        return held;
    }
}
