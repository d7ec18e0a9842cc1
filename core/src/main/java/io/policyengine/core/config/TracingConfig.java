package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Traces, and where they are sent: {@code tracing} of the kernel or of a worker. */
@Doc("OpenTelemetry traces.")
public record TracingConfig(
        @Doc("True if traces are sent.") @Default("false") boolean enabled,

        @Doc("How they are sent: `http`, OTLP in Protobuf over HTTP, or `grpc`, OTLP over gRPC.") @Default("\"http\"")
        Protocol protocol,

        @Doc("URL of the OTLP receiver. One for `http` without a path gets `/v1/traces`; one for `grpc`, which must be "
                + "given, has no path.")
        @Default("\"http://localhost:4318\"")
        @NonEmpty
        String endpoint,

        @Doc("Header fields of each export, such as a token of the receiver.") @Secret @Default("{}")
        Map<String, String> headers,

        @Doc(
                "Exchanges whose spans are sent: `parent`, those that Envoy's or the client's trace keeps, and where there "
                        + "is none, a share of `sampling_rate`; `ratio`, a share of `sampling_rate` of all; `on_error`, those "
                        + "in which something failed; `slow`, those that were processed for `slow_ms` or longer.")
        @Default("\"parent\"")
        Sampler sampler,

        @Doc("Share of the exchanges that are traced, by `ratio`, or by `parent` where no parent decides.")
        @Default("0.01")
        @Range(min = 0, max = 1)
        double samplingRate,

        @Doc("Time in milliseconds that the engine takes for an exchange, without the upstream's, from which on `slow` "
                + "keeps it.")
        @JsonProperty("slow_ms")
        @Default("100")
        @Range(min = 1, max = 600_000)
        Duration slow,

        @Doc("Formats in which the parent is read, the first one present: `w3c` (`traceparent`), `b3` (one field or "
                + "several).")
        @Default("[\"w3c\"]")
        List<Propagation> propagation,

        @Doc("Maximum number of spans that wait to be sent; further ones are dropped, and counted.")
        @Default("8192")
        @Range(min = 512, max = 1_000_000)
        int maxQueuedSpans,

        @Doc("Time in milliseconds after which spans are sent though they do not fill a batch of 512.")
        @JsonProperty("export_interval_ms")
        @Default("1000")
        @Range(min = 10, max = 60_000)
        Duration exportInterval,

        @Doc("Maximum time for one export in milliseconds, including retries while the receiver is unreachable; the "
                + "spans are then dropped.")
        @JsonProperty("export_timeout_ms")
        @Default("10000")
        @Range(min = 10, max = 60_000)
        Duration exportTimeout,

        @Doc("Name of the service in the traces (`service.name`).") @Default("\"policy-engine\"") @NonEmpty
        String serviceName) {
    public TracingConfig {
        headers = Map.copyOf(headers);
        propagation = List.copyOf(propagation);
    }

    /** Omits the values of headers, which may be secrets. */
    @Override
    public String toString() {
        return "TracingConfig[enabled=" + enabled + ", sampler=" + sampler + ", headers=" + headers.keySet() + "]";
    }

    /** The export protocol. */
    public enum Protocol {
        /** OTLP/HTTP in Protobuf. */
        HTTP,
        GRPC
    }

    /** The choice of exchanges whose spans are sent. */
    public enum Sampler {
        /** The decision of the parent. */
        PARENT,
        /** A random sample. */
        RATIO,
        ON_ERROR,
        SLOW
    }

    /** A header format of the parent span. */
    public enum Propagation {
        /** W3C Trace Context. */
        W3C,
        /** Zipkin's B3. */
        B3
    }
}
