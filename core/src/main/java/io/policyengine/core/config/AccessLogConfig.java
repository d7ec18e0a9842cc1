package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.time.Duration;
import java.util.List;

/** The access log of the kernel. */
public record AccessLogConfig(
        @Doc("True if there are lines about exchanges.") @Default("false")
        boolean enabled,

        @Doc("Share of the exchanges that have a line, besides those that always have one.")
        @Default("1")
        @Range(min = 0, max = 1)
        double sample,

        @Doc("Exchanges that have a line regardless of `sample`: `denied`, those that a policy or the kernel answered "
                + "with a refusal; `failed`, those that ended by an error, overload or a protocol violation; `slow`, "
                + "those for which Envoy waited for the engine for `slow_ms` or longer.")
        @Default("[\"denied\", \"failed\", \"slow\"]")
        List<Always> always,

        @Doc("Time in milliseconds from which on an exchange is slow: that for which Envoy waited for the engine's "
                + "answers, without that of the upstream.")
        @JsonProperty("slow_ms")
        @Default("500")
        @Range(min = 0)
        Duration slow,

        @Doc(
                "True if lines have the method and the path, without its query and at most 256 characters of it; not where "
                        + "the kernel itself refused the request.")
        @Default("true")
        boolean path) {
    public AccessLogConfig {
        always = List.copyOf(always);
    }

    /** Kinds of exchanges that always have a line. */
    public enum Always {
        DENIED,
        FAILED,
        /** Held up by the engine. */
        SLOW
    }
}
