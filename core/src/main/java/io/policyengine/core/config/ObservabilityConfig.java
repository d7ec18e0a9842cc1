package io.policyengine.core.config;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Secret;
import org.jspecify.annotations.Nullable;

/** How the kernel shows what it does. */
public record ObservabilityConfig(
        @Doc("Port of metrics and health; 0 for any free one. Restart to change.")
        @Default("9090")
        @Range(min = 0, max = 65535)
        int metricsPort,

        @Doc("Address of that port. Restart to change.") @Default("\"127.0.0.1\"") @NonEmpty
        String adminAddress,

        @Doc("Token of the management API, shown as `Authorization: Bearer TOKEN`; best a reference such as"
                + " `${file:PATH}`. Absent: the API is served on loopback addresses only. Restart to change.")
        @Secret
        @Nullable
        @NonEmpty
        String adminToken,

        @Doc(
                "Unix domain socket on which the management API is served too, to whoever may open it (mode 0600), without a"
                        + " token; at most 107 bytes. Restart to change.")
        @Nullable
        @NonEmpty
        String adminSocketPath,

        @Doc("Least severe level that is logged.") @Default("\"info\"")
        LogLevel logLevel,

        @Doc("OpenTelemetry traces.") @Default("{}") Tracing tracing) {
    /** Without the token. */
    @Override
    public String toString() {
        return "ObservabilityConfig[" + adminAddress + ":" + metricsPort + "]";
    }

    /** How severe a log line is. */
    public enum LogLevel {
        /** Everything. */
        TRACE,
        /** Success lines too. */
        DEBUG,
        /** Starts, stops, reloads. */
        INFO,
        /** What may need a person. */
        WARN,
        /** What needs a person. */
        ERROR
    }

    /** Traces over OTLP. */
    public record Tracing(
            @Doc("Whether traces are sent. Only `false` is available in this version.") @Default("false")
            boolean enabled,

            @Doc("Share of exchanges that are traced.") @Default("0.01") @Range(min = 0, max = 1)
            double samplingRate,

            @Doc("URL of the OTLP receiver.") @Default("\"http://localhost:4318\"") @NonEmpty
            String endpoint) {}
}
