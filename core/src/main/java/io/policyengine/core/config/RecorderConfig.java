package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Restart;
import java.time.Duration;
import java.util.List;

/** The flight recorder of the kernel. */
public record RecorderConfig(
        @Doc("True if the flight recorder keeps exchanges.") @Default("true")
        boolean enabled,

        @Doc("Maximum number of exchanges that are kept, over all event loops. There are five kinds: errors, refusals"
                + " because of overload, denials, slow exchanges, and other exchanges. Each kind has a fifth of the"
                + " maximum, so that a flood of one kind does not displace the others.")
        @Restart
        @Default("4000")
        @Range(min = 100, max = 100_000)
        int exchanges,

        @Doc("Maximum number of bytes of the heap that kept exchanges use, over all event loops. The maximum is never"
                + " more than 1/32 of the heap. Each of the five kinds has a fifth of it. In each fifth, new exchanges"
                + " overwrite the oldest ones.")
        @JsonProperty("max_bytes")
        @Restart
        @Default("4194304")
        @Range(min = 262_144, max = 268_435_456)
        long maxBytes,

        @Doc("Minimum time, in milliseconds, for which Envoy waited for the engine's answers in an exchange that counts"
                + " as slow and is always kept. The upstream's time does not count.")
        @JsonProperty("slow_ms")
        @Default("500")
        @Range(min = 0)
        Duration slow,

        @Doc("Share of the other exchanges that is kept: exchanges that pass and are not slow, that have no route"
                + " policy, or that the client aborted.")
        @Default("0.01")
        @Range(min = 0, max = 1)
        double sample,

        @Doc("Names of at most 8 request header fields whose values are kept as clients send them. `explain --what-if`"
                + " uses the values to evaluate conditions. At most 128 characters of each value are kept. Fields that"
                + " carry credentials are refused.")
        @Default("[]")
        List<String> fields) {
    public RecorderConfig {
        fields = List.copyOf(fields);
    }
}
