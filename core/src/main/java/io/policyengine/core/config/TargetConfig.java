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
                value = "Its URL, with http or https. Paths that a policy gives are appended to the URL's own.",
                examples = "\"https://auth.example.com/oauth2\"")
        @NonEmpty
        String url,

        @Doc(
                "Maximum time for one call, in milliseconds, with the wait for a connection; never more than what is left of "
                        + "the exchange's.")
        @JsonProperty("timeout_ms")
        @Default("500")
        @Range(min = 1, max = 60_000)
        Duration timeout,

        @Doc("Maximum number of connections. One for gRPC carries up to 16 calls at once, others carry one.")
        @Default("16")
        @Range(min = 1, max = 1_024)
        int maxConnections,

        @Doc("Maximum number of calls that wait for a connection; beyond it, they are refused as overload.")
        @Default("256")
        @Range(min = 0, max = 65_536)
        int maxPending,

        @Doc("Trusted authorities and client certificate for an https server.") @Default("{}")
        Tls tls,

        @Doc("Header fields of each call; a policy's own replace them.") @Secret @Default("{}")
        Map<String, String> headers,

        @Doc("Circuit breaker: when calls pause for a while.") @Default("{}")
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

    /** The trusted authorities and the client certificate. Files are read again when they change. */
    public record Tls(
            @Doc(
                    "PEM file with the certificates of the authorities that are trusted. Absent: those of the Java runtime.")
            @Nullable
            @NonEmpty
            String caFile,

            @Doc("PEM file with the client's certificate and its chain.") @Nullable @NonEmpty
            String certFile,

            @Doc("PEM file with the key of that certificate.") @Nullable @NonEmpty
            String keyFile,

            @Doc("Name that the server is asked for (SNI), and that its certificate must have. Absent: the URL's host.")
            @Nullable
            @NonEmpty
            String serverName) {}

    /** The circuit breaker of a target. */
    public record Breaker(
            @Doc(
                    "Number of calls in a row without an answer, or with 502, 503 or 504, after which no more are made for a "
                            + "while.")
            @Default("5")
            @Range(min = 1)
            int failures,

            @Doc("How long that is, in milliseconds; then one call is tried.")
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
