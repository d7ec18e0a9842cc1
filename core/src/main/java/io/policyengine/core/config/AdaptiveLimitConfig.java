package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.time.Duration;

/** A limit on new exchanges that adapts to the time that messages wait for an event loop. */
public record AdaptiveLimitConfig(
        @Doc("True if exchanges are refused as overload (503) while messages wait too long for an event loop. Exchanges"
                + " of low `priority` are refused first.")
        @Default("true")
        boolean enabled,

        @Doc("Mean time that messages may wait for an event loop, in milliseconds. If the mean time has been longer for"
                + " half a second without improvement, each event loop admits new exchanges only as fast as it serves"
                + " them.")
        @JsonProperty("target_lag_ms")
        @Default("100")
        @Range(min = 1, max = 1000)
        Duration targetLag) {}
