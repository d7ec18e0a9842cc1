package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Restart;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The kernel's listeners for Envoy and their limits. */
public record ServerConfig(
        @Doc("Address of the TCP listener.") @Restart @Default("\"0.0.0.0\"") @NonEmpty
        String address,

        @Doc("Port of the TCP listener. 0: any free port.") @Restart @Default("9001") @Range(min = 0, max = 65535)
        int port,

        @Doc("Path of a Unix domain socket on which the kernel listens instead of TCP. At most 107" + " bytes.")
        @Restart
        @Nullable
        @NonEmpty
        String socketPath,

        @Doc("File mode of the socket at `socket_path`, in octal and in quotes. The mode must allow Envoy's user to"
                + " open the socket.")
        @Restart
        @Default("\"0660\"")
        @Pattern("^0?[0-7]{3}$")
        String socketMode,

        @Doc("Group of the socket at `socket_path`, by name or gid. Use the group of Envoy's user. The engine's user"
                + " must be a member of the group. Absent: the engine's own group.")
        @Restart
        @Nullable
        @NonEmpty
        String socketGroup,

        @Doc("Maximum number of concurrent streams on one connection from Envoy. Each exchange has its own "
                + "stream.")
        @Restart
        @Default("1000")
        @Range(min = 1, max = 1_000_000)
        int maxConcurrentStreams,

        @Doc("Maximum size of a message from Envoy, in bytes. The value must be at least `envoy.buffer_limit_bytes` +"
                + " 65536, and at most `limits.max_buffered_bytes`. Absent: 8388608, or `limits.max_buffered_bytes` if"
                + " that is less.")
        @JsonProperty("max_message_bytes")
        @Restart
        @Nullable
        @Range(min = 65536, max = Integer.MAX_VALUE)
        Integer writtenMaxMessageBytes,

        @Doc("Time after SIGTERM in which the kernel still accepts exchanges but reports that it is not ready, in"
                + " milliseconds. In this time, load balancers and Envoys start to send new exchanges to other engines."
                + " Set 0 if there is no other engine.")
        @Restart
        @JsonProperty("drain_delay_ms")
        @Default("6000")
        @Range(min = 0, max = 600_000)
        Duration drainDelay,

        @Doc("Maximum time in which running exchanges can end after `drain_delay_ms`, in milliseconds.")
        @Restart
        @JsonProperty("drain_timeout_ms")
        @Default("30000")
        Duration drainTimeout) {
    /**
     * Default of {@code server.max_message_bytes}, in bytes. {@code limits.max_buffered_bytes} applies if it is
     * smaller.
     */
    private static final int MAX_MESSAGE_BYTES = 8 << 20;

    /**
     * Maximum bytes of a message from Envoy, as configured or by default. {@code limits.max_buffered_bytes} applies if
     * it is smaller.
     */
    public int maxMessageBytes() {
        return writtenMaxMessageBytes == null ? MAX_MESSAGE_BYTES : writtenMaxMessageBytes;
    }
}
