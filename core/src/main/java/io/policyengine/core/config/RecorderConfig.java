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

        @Doc("Maximum number of exchanges that are kept, over all event loops. Errors, refusals because of "
                + "overload, denials, slow exchanges and other exchanges have a fifth each, so that a flood of one "
                + "kind does not displace the others.")
        @Restart
        @Default("4000")
        @Range(min = 100, max = 100_000)
        int exchanges,

        @Doc("Maximum bytes of the heap that kept exchanges take, over all event loops; never more than a "
                + "32nd of the heap. Errors, refusals because of overload, denials, slow exchanges and others have "
                + "a fifth each; in each fifth, new exchanges overwrite the oldest.")
        @JsonProperty("max_bytes")
        @Restart
        @Default("4194304")
        @Range(min = 262_144, max = 268_435_456)
        long maxBytes,

        @Doc("Time in milliseconds for which Envoy must wait for the engine's answers for an exchange to count "
                + "as slow, and so to be kept always. The upstream's time does not count.")
        @JsonProperty("slow_ms")
        @Default("500")
        @Range(min = 0)
        Duration slow,

        @Doc("Share that is kept of the exchanges that pass in time, that have no route policy, or that the "
                + "client aborted.")
        @Default("0.01")
        @Range(min = 0, max = 1)
        double sample,

        @Doc("Names of request header fields whose values are kept as clients send them, for conditions that "
                + "`explain --what-if` evaluates: at most 8 fields, and at most 128 characters of each value. "
                + "Fields that carry credentials are refused.")
        @Default("[]")
        List<String> fields) {
    public RecorderConfig {
        fields = List.copyOf(fields);
    }
}
