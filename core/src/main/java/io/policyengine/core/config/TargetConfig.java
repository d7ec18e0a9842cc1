package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Secret;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** A server that policies call: an entry of {@code worker_core.targets}. */
@Doc("A server that policies call.")
public record TargetConfig(
        @Doc(
                value = "URL of the server, with the scheme http or https. A policy appends its own path to the path of"
                        + " this URL.",
                examples = "\"https://auth.example.com/oauth2\"")
        @NonEmpty
        String url,

        @Doc("Maximum time for one call, in milliseconds. The wait for a connection before the call has the same"
                + " maximum. If the exchange has less time left, the shorter time applies.")
        @JsonProperty("timeout_ms")
        @Default("500")
        @Range(min = 1, max = 60_000)
        Duration timeout,

        @Doc("Maximum number of connections. A connection for gRPC carries up to 16 concurrent calls, any "
                + "other connection one call.")
        @Default("16")
        @Range(min = 1, max = 1_024)
        int maxConnections,

        @Doc("Maximum number of calls that wait for a connection. Further calls are refused as overload.")
        @Default("256")
        @Range(min = 0, max = 65_536)
        int maxPending,

        @Doc("Trusted authorities and client certificate for an https server.") @Default("{}")
        Tls tls,

        @Doc("Header fields of each call. A policy's own fields of the same name replace them.") @Secret @Default("{}")
        Map<String, String> headers,

        @Doc("Circuit breaker, which stops calls for a while after failures.") @Default("{}")
        Breaker breaker) {
    private static final ParamsBinder<TargetConfig> BINDER = ParamsBinder.of(TargetConfig.class);

    public TargetConfig {
        headers = Map.copyOf(headers);
    }

    /** Returns the settings of a target with a URL and defaults. */
    public static TargetConfig of(String url) {
        return switch (BINDER.bind(JsonNodeFactory.instance.objectNode().put("url", url))) {
            case BoundParams.Ok<TargetConfig>(var value) -> value;
            case BoundParams.Invalid<TargetConfig>(var problems) ->
                throw new IllegalArgumentException(problems.toString());
        };
    }

    /** The trusted certificate authorities and the client certificate. Their files are read again when they change. */
    public record Tls(
            @Doc("PEM file with the certificates of the trusted authorities. Absent: the authorities that the Java"
                    + " runtime trusts.")
            @Nullable
            @NonEmpty
            String caFile,

            @Doc("PEM file with the client certificate and its chain.") @Nullable @NonEmpty
            String certFile,

            @Doc("PEM file with the private key of the client certificate.") @Nullable @NonEmpty
            String keyFile,

            @Doc("Host name that is sent to the server (SNI). The server's certificate must contain this name. Absent:"
                    + " the URL's host.")
            @Nullable
            @NonEmpty
            String serverName) {}

    /** The circuit breaker of a target. */
    public record Breaker(
            @Doc("Number of consecutive failed calls after which calls stop for `open_ms`. A call fails if it has no"
                    + " response, or a response with status 502, 503 or 504.")
            @Default("5")
            @Range(min = 1)
            int failures,

            @Doc("Time in milliseconds for which calls stop. Afterwards a single call tests the server.")
            @JsonProperty("open_ms")
            @Default("5000")
            @Range(min = 1, max = 3_600_000)
            Duration open) {}

    /** Omits the header fields, which may be secrets. */
    @Override
    public String toString() {
        return "TargetConfig[url=" + url + "]";
    }
}
