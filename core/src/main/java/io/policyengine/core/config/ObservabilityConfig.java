package io.policyengine.core.config;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;

/** How the kernel shows what it does. */
public record ObservabilityConfig(
        @Doc("Port of metrics and health; 0 for any free one. Restart to change.")
        @Default("9090")
        @Range(min = 0, max = 65535)
        int metricsPort,

        @Doc("Address of that port. Restart to change.") @Default("\"127.0.0.1\"") @NonEmpty
        String adminAddress,

        @Doc("Least severe level that is logged.") @Default("\"info\"")
        LogLevel logLevel,

        @Doc("OpenTelemetry traces.") @Default("{}") Tracing tracing) {
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
