package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.time.Duration;
import java.util.List;

/** The access log of the kernel. */
public record AccessLogConfig(
        @Doc("True if the access log is written. By default, the log has a line for each denial.") @Default("true")
        boolean enabled,

        @Doc("Share of all exchanges that are logged, in addition to the exchanges of `always`.")
        @Default("0")
        @Range(min = 0, max = 1)
        double sample,

        @Doc("Exchanges that are logged regardless of `sample`, up to `max_lines_per_second`. `denied`: a policy or the"
                + " kernel refused the exchange. `failed`: an error, overload or a protocol violation ended the"
                + " exchange. `slow`: Envoy waited for the engine for `slow_ms` or longer.")
        @Default("[\"denied\"]")
        List<Always> always,

        @Doc("Maximum number of lines that `always` causes, per second and event loop. Further lines are omitted. The"
                + " next line states their number (`left_out`). Lines that `sample` causes do not count.")
        @Default("10")
        @Range(min = 1, max = 100_000)
        int maxLinesPerSecond,

        @Doc("Minimum time, in milliseconds, for which Envoy waited for the engine's answers in an exchange that counts"
                + " as slow. The upstream's time does not count.")
        @JsonProperty("slow_ms")
        @Default("500")
        @Range(min = 0)
        Duration slow,

        @Doc("True if lines contain the method, and at most 256 characters of the path without its query. The path is"
                + " omitted if the kernel itself refused the request.")
        @Default("true")
        boolean path,

        @Doc("True if lines contain the address of the client.") @Default("true")
        boolean client) {
    public AccessLogConfig {
        always = List.copyOf(always);
    }

    /** The kinds of exchanges that are always logged, even if sampling would omit them. */
    public enum Always {
        DENIED,
        FAILED,
        /** Envoy waited for the engine for {@code slow_ms} or longer. */
        SLOW
    }
}
