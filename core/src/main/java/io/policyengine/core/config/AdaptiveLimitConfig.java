package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.time.Duration;

/** The limit that follows from the time that messages wait for an event loop. */
public record AdaptiveLimitConfig(
        @Doc("True to refuse exchanges as overload (503) while messages wait for an event loop, low `priority` first.")
        @Default("true")
        boolean enabled,

        @Doc("Time in milliseconds that messages may wait for an event loop, on average. Once they have waited longer "
                + "for half a second without improvement, each loop lets exchanges begin only as fast as it serves "
                + "them.")
        @JsonProperty("target_lag_ms")
        @Default("20")
        @Range(min = 1, max = 1000)
        Duration targetLag) {}
