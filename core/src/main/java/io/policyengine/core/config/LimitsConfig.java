package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.memory.ProcessMemory;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Limits of the kernel's concurrent work and memory. */
public record LimitsConfig(
        @Doc("Maximum time for one phase of an exchange, in milliseconds. The value must be below the larger of"
                + " `envoy.message_timeout_ms` and `envoy.max_message_timeout_ms`, so that the engine answers before"
                + " Envoy gives up.")
        @JsonProperty("phase_timeout_ms")
        @Default("1500")
        @Range(min = 1)
        Duration phaseTimeout,

        @Doc("Maximum time that Envoy may take to send a message, in milliseconds. For the first message, this time"
                + " begins when the stream opens; for a later message, with the message's first byte. It ends with the"
                + " message's last byte. Time in which the kernel does not read the stream does not count. After this"
                + " time, the stream fails.")
        @JsonProperty("message_arrival_timeout_ms")
        @Default("10000")
        @Range(min = 1)
        Duration messageArrivalTimeout,

        @Doc("Maximum number of bytes that the kernel holds for all exchanges together: messages, and header fields"
                + " with their size in memory. If a message exceeds this maximum, the exchange is refused as overload"
                + " (503). A single message that is larger than the maximum is always refused. Messages of up to 8192"
                + " bytes, and header fields of up to 4096 bytes in memory, do not count. Absent: a sixth of the heap"
                + " that remains after the engine, the configuration, the policies' state and the exchanges; at most"
                + " 268435456. A value for which the heap is too small is rejected.")
        @JsonProperty("max_buffered_bytes")
        @Nullable
        @Range(min = 0)
        Long writtenMaxBufferedBytes,

        @Doc("Maximum size of a body after its content coding is decoded, in bytes. For a streamed body, the maximum"
                + " applies to each chunk. The value must be at most `max_buffered_bytes`. Absent: 8388608, or"
                + " `max_buffered_bytes` if that is less.")
        @JsonProperty("max_decoded_bytes")
        @Nullable
        @Range(min = 1)
        Long writtenMaxDecodedBytes,

        @Doc("Maximum number of bytes that decoders and encoders of content codings hold outside of the heap, for all"
                + " bodies together: tables, and the filled parts of windows. Encoded bodies that would exceed this"
                + " maximum are refused as overload (503). Absent: the memory of the container or machine that remains"
                + " after the heap, direct memory and the JVM itself; at least 33554432 and at most 134217728. A value"
                + " for which the memory is too small is rejected.")
        @JsonProperty("max_window_bytes")
        @Nullable
        @Range(min = 0)
        Long writtenMaxWindowBytes,

        @Doc("Maximum time for the arrival of a body that policies need as a whole, in milliseconds. Chunks do not"
                + " extend this time. It begins with the answer to the headers or, if the kernel gathers the body in"
                + " full duplex, with the headers. After this time, a request is answered with 408, and a response with"
                + " 504. Envoy sends no message for a body that does not fit in its buffer; the time applies to such a"
                + " body, too.")
        @JsonProperty("body_timeout_ms")
        @Default("60000")
        @Range(min = 1)
        Duration bodyTimeout,

        @Doc("Maximum time between two chunks of a body that the kernel gathers in full duplex, in milliseconds. Envoy"
                + " itself has no timeout in this mode. After this time, a request is answered with 408, and a response"
                + " with 504.")
        @JsonProperty("body_idle_timeout_ms")
        @Default("30000")
        @Range(min = 1)
        Duration bodyIdleTimeout,

        @Doc("Maximum number of bytes of metadata of one exchange.") @Default("65536") @Range(min = 0)
        long maxStateSizeBytes,

        @Doc("Maximum number of concurrent exchanges. An exchange counts until Envoy ends its stream, so a WebSocket"
                + " counts as long as it is open. Further exchanges are refused as overload (503). Absent: a fifth of"
                + " the heap beyond the engine's own part, divided by 16 KiB; at least 100 and at most 10000. A value"
                + " for which the heap is too small is rejected.")
        @JsonProperty("max_exchanges")
        @Nullable
        @Range(min = 1, max = Integer.MAX_VALUE)
        Integer writtenMaxExchanges,

        @Doc("Maximum time for which an exchange may continue to use a replaced configuration, in milliseconds. After"
                + " this time, exchanges for which policies may still have to run are refused (503) or aborted.")
        @JsonProperty("max_generation_age_ms")
        @Default("3600000")
        @Range(min = 1000)
        Duration maxGenerationAge,

        @Doc("A limit that adapts to the time that messages wait for an event loop.") @Default("{}")
        AdaptiveLimitConfig adaptive) {
    /** Default of {@code limits.max_decoded_bytes}, in bytes. A smaller {@code limits.max_buffered_bytes} lowers it. */
    private static final long MAX_DECODED_BYTES = 8L << 20;

    /** Maximum number of concurrent exchanges, derived from this process's heap if not configured. */
    public int maxExchanges() {
        return writtenMaxExchanges == null ? MemoryPlan.HERE.maxExchanges() : writtenMaxExchanges;
    }

    /**
     * Maximum bytes that the kernel holds for all exchanges together, derived from this process's heap if not
     * configured.
     * @param values the number of values in the configuration that these limits belong to
     */
    public long maxBufferedBytes(long values) {
        return writtenMaxBufferedBytes == null
                ? MemoryPlan.HERE.maxBufferedBytes(values, maxExchanges())
                : writtenMaxBufferedBytes;
    }

    /**
     * Maximum bytes that compression windows use outside of the heap, derived from this process's memory if not
     * configured.
     */
    public long maxWindowBytes() {
        return writtenMaxWindowBytes == null ? ProcessMemory.HERE.maxWindowBytes() : writtenMaxWindowBytes;
    }

    /**
     * Maximum bytes of a decoded body.
     * @param maxBufferedBytes the value in force
     */
    public long maxDecodedBytes(long maxBufferedBytes) {
        return Math.min(writtenMaxDecodedBytes == null ? MAX_DECODED_BYTES : writtenMaxDecodedBytes, maxBufferedBytes);
    }
}
