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

/** Tracing and its receiver: {@code tracing} of the kernel or of a worker. */
@Doc("OpenTelemetry traces.")
public record TracingConfig(
        @Doc("True if traces are sent.") @Default("false") boolean enabled,

        @Doc("Export protocol. `http`: OTLP in Protobuf over HTTP. `grpc`: OTLP over gRPC.") @Default("\"http\"")
        Protocol protocol,

        @Doc("URL of the OTLP receiver. For `http`, `/v1/traces` is appended to a URL without a path. For "
                + "`grpc`, a URL is required and must have no path.")
        @Default("\"http://localhost:4318\"")
        @NonEmpty
        String endpoint,

        @Doc("Header fields of each export, such as a token of the receiver.") @Secret @Default("{}")
        Map<String, String> headers,

        @Doc("Exchanges whose spans are sent. `parent`: exchanges whose trace, from Envoy or the client, is sampled,"
                + " and a random share `sampling_rate` of exchanges without such a trace. `ratio`: a random share"
                + " `sampling_rate` of all exchanges. `on_error`: exchanges in which something failed. `slow`:"
                + " exchanges that the engine processed for `slow_ms` or longer.")
        @Default("\"parent\"")
        Sampler sampler,

        @Doc("Share of exchanges that are traced. It applies with `ratio`, and with `parent` to exchanges that have no"
                + " parent trace.")
        @Default("0.01")
        @Range(min = 0, max = 1)
        double samplingRate,

        @Doc("Minimum time, in milliseconds, that the engine spends on an exchange that the sampler `slow` selects. The"
                + " upstream's time does not count.")
        @JsonProperty("slow_ms")
        @Default("100")
        @Range(min = 1, max = 600_000)
        Duration slow,

        @Doc("Header formats in which the kernel reads the parent span: `w3c` (`traceparent`) or `b3` (one field or"
                + " several). The kernel uses the first format in this list that the request has.")
        @Default("[\"w3c\"]")
        List<Propagation> propagation,

        @Doc("Maximum number of spans that wait to be sent. Further spans are dropped and counted.")
        @Default("8192")
        @Range(min = 512, max = 1_000_000)
        int maxQueuedSpans,

        @Doc("Time in milliseconds after which spans are sent even if they do not fill a batch of 512.")
        @JsonProperty("export_interval_ms")
        @Default("1000")
        @Range(min = 10, max = 60_000)
        Duration exportInterval,

        @Doc("Maximum time for one export in milliseconds, including retries while the receiver is unreachable. After"
                + " this time, the spans are dropped.")
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
        /** Exchanges whose parent trace is sampled, and a random share of exchanges without a parent trace. */
        PARENT,
        /** A random share of all exchanges. */
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
