package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.memory.ProcessMemory;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Bounds of the kernel's work. */
public record LimitsConfig(
        @Doc("Maximum time for one phase of an exchange, in milliseconds; below `envoy.message_timeout_ms`, so "
                + "that the engine answers before Envoy gives up.")
        @JsonProperty("phase_timeout_ms")
        @Default("1500")
        @Range(min = 1)
        Duration phaseTimeout,

        @Doc("Maximum time that Envoy may take to send a message, in milliseconds: from the opening of the stream, or "
                + "from the first byte of the message, to the last. Time in which the kernel itself pushes back does "
                + "not count. Beyond it, the stream fails.")
        @JsonProperty("message_arrival_timeout_ms")
        @Default("10000")
        @Range(min = 1)
        Duration messageArrivalTimeout,

        @Doc("Maximum number of bytes that the kernel holds, for all exchanges together: messages, and header fields "
                + "as they are in memory; beyond it, messages are refused as overload (503). A single message that is "
                + "larger is always refused. Messages of up to 8192 bytes are not counted, nor header fields of up "
                + "to 4096 bytes in memory. Absent: a sixth of what the heap has beside the engine, the "
                + "configuration and the exchanges, at most 268435456. More than that is refused.")
        @JsonProperty("max_buffered_bytes")
        @Nullable
        @Range(min = 0)
        Long writtenMaxBufferedBytes,

        @Doc("Maximum number of bytes that undoing a content coding may yield: for a body that is held whole, or "
                + "for one chunk of a body that streams. Absent: 8388608, or `max_buffered_bytes` where that is less. "
                + "More than that is refused.")
        @JsonProperty("max_decoded_bytes")
        @Nullable
        @Range(min = 1)
        Long writtenMaxDecodedBytes,

        @Doc("Maximum number of bytes that decoders and encoders of content codings hold outside of the heap, for all "
                + "bodies together: windows, as far as they are full, and tables; beyond it, coded bodies are refused "
                + "as overload (503). Absent: what the container or machine has beside the heap, direct memory and the "
                + "JVM itself, between 33554432 and 134217728. More than there is room for is refused.")
        @JsonProperty("max_window_bytes")
        @Nullable
        @Range(min = 0)
        Long writtenMaxWindowBytes,

        @Doc("Maximum time for all of a body that policies get whole, from the answer to its headers, or from the "
                + "headers where it is gathered in full duplex, in milliseconds; no chunk renews it. Beyond it, a "
                + "request is answered with 408 and a response with 504. Also ends bodies that Envoy cannot hold in its "
                + "buffer and for which it never sends a message.")
        @JsonProperty("body_timeout_ms")
        @Default("60000")
        @Range(min = 1)
        Duration bodyTimeout,

        @Doc("Maximum time between two chunks of a body that is gathered in full duplex, where Envoy has no "
                + "timeout, in milliseconds; beyond it, a request is answered with 408 and a response with 504.")
        @JsonProperty("body_idle_timeout_ms")
        @Default("30000")
        @Range(min = 1)
        Duration bodyIdleTimeout,

        @Doc("Maximum number of bytes of metadata of one exchange.") @Default("65536") @Range(min = 0)
        long maxStateSizeBytes,

        @Doc("Maximum number of exchanges at once, each counted until Envoy ends its stream: a WebSocket counts as "
                + "long as it is open. Beyond it, exchanges are refused as overload (503). Absent: as many as 15 % of "
                + "the heap have room for, at 12 KiB each, between 100 and 10000. More than the heap has room for is "
                + "refused.")
        @JsonProperty("max_exchanges")
        @Nullable
        @Range(min = 1, max = Integer.MAX_VALUE)
        Integer writtenMaxExchanges,

        @Doc("Maximum time in milliseconds for which exchanges run by a configuration that another one has replaced. "
                + "Beyond it, those that policies may still decide are refused (503) or broken off.")
        @JsonProperty("max_generation_age_ms")
        @Default("3600000")
        @Range(min = 1000)
        Duration maxGenerationAge,

        @Doc("The limit that follows from the time that messages wait for an event loop.") @Default("{}")
        AdaptiveLimitConfig adaptive) {
    /** Default of {@code limits.max_decoded_bytes}, in bytes; {@code limits.max_buffered_bytes} may allow less. */
    private static final long MAX_DECODED_BYTES = 8L << 20;

    /** Limit of concurrent exchanges in this process. */
    public int maxExchanges() {
        return writtenMaxExchanges == null ? MemoryPlan.HERE.maxExchanges() : writtenMaxExchanges;
    }

    /**
     * Limit of the bytes that the kernel holds for all exchanges, in this process.
     * @param values the number of values in the configuration that these limits belong to
     */
    public long maxBufferedBytes(long values) {
        return writtenMaxBufferedBytes == null
                ? MemoryPlan.HERE.maxBufferedBytes(values, maxExchanges())
                : writtenMaxBufferedBytes;
    }

    /** Limit of the bytes that coders hold outside of the heap, in this process. */
    public long maxWindowBytes() {
        return writtenMaxWindowBytes == null ? ProcessMemory.HERE.maxWindowBytes() : writtenMaxWindowBytes;
    }

    /**
     * Limit of the bytes that decoding may yield.
     * @param maxBufferedBytes in force
     */
    public long maxDecodedBytes(long maxBufferedBytes) {
        return Math.min(writtenMaxDecodedBytes == null ? MAX_DECODED_BYTES : writtenMaxDecodedBytes, maxBufferedBytes);
    }
}
