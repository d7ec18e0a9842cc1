package io.policyengine.testkit.envoy.model;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of an ext_proc filter (ext_proc.proto: ExternalProcessor), together with settings of its route and
 * listener.
 *
 * @param version the modelled release
 * @param processingMode the filter's own processing_mode
 * @param perRouteMode the effective processing_mode: the route's or, if the route has none, the filter's
 * @param allowModeOverride whether mode_override is honoured
 * @param allowedOverrideModes the effective modes to which an override may lead; empty: all
 * @param mutationRules the headers that answers may change
 * @param hiddenHeaders lower-case names of fields that are not sent to the server (forward_rules)
 * @param forwardingNamespaces untyped namespaces that are sent to the server
 * @param typedForwardingNamespaces typed namespaces that are sent to the server
 * @param receivingNamespaces untyped namespaces that the server may write
 * @param metadata the request's dynamic metadata before the filter
 * @param typedMetadata the request's typed dynamic metadata before the filter
 * @param responseTypedMetadata typed metadata that other filters add once the response headers arrive
 * @param requestAttributes attributes sent with the first message of the request direction
 * @param responseAttributes attributes sent with the first message of the response direction
 * @param sendBodyWithoutWaitingForHeaderResponse whether STREAMED chunks are sent before the headers are answered
 * @param observabilityMode whether the server receives copies of messages, whose answers are not awaited
 * @param failureModeAllow whether the exchange passes if the server fails
 * @param disableImmediateResponse whether immediate responses are spurious
 * @param statusOnError the client's status if the server fails; before Envoy 1.36 always 500
 * @param messageTimeout the time limit for an answer
 * @param maxMessageTimeout the longest override_message_timeout; zero disables overrides
 * @param deferredCloseTimeout the time that an observability stream stays open after the exchange
 * @param gracefulGrpcClose whether streams are first half-closed, and reset if the server has not ended them after 1 s
 * @param bufferLimit bytes of a body that Envoy holds (per_connection_buffer_limit_bytes)
 * @param initialMetadata gRPC metadata of the stream
 */
public record FilterConfig(
        EnvoyRelease version,
        ProcessingMode processingMode,
        ProcessingMode perRouteMode,
        boolean allowModeOverride,
        List<ProcessingMode> allowedOverrideModes,
        ModelMutationRules mutationRules,
        Set<String> hiddenHeaders,
        Set<String> forwardingNamespaces,
        Set<String> typedForwardingNamespaces,
        Set<String> receivingNamespaces,
        Map<String, Struct> metadata,
        Map<String, Any> typedMetadata,
        Map<String, Any> responseTypedMetadata,
        Struct requestAttributes,
        Struct responseAttributes,
        boolean sendBodyWithoutWaitingForHeaderResponse,
        boolean observabilityMode,
        boolean failureModeAllow,
        boolean disableImmediateResponse,
        int statusOnError,
        Duration messageTimeout,
        Duration maxMessageTimeout,
        Duration deferredCloseTimeout,
        boolean gracefulGrpcClose,
        int bufferLimit,
        Map<String, String> initialMetadata) {

    public FilterConfig {
        allowedOverrideModes = List.copyOf(allowedOverrideModes);
        hiddenHeaders = Set.copyOf(hiddenHeaders);
        forwardingNamespaces = Set.copyOf(forwardingNamespaces);
        typedForwardingNamespaces = Set.copyOf(typedForwardingNamespaces);
        receivingNamespaces = Set.copyOf(receivingNamespaces);
        metadata = Map.copyOf(metadata);
        typedMetadata = Map.copyOf(typedMetadata);
        responseTypedMetadata = Map.copyOf(responseTypedMetadata);
        initialMetadata = Map.copyOf(initialMetadata);
        if (statusOnError < 400 || statusOnError > 599) {
            throw new IllegalArgumentException("status_on_error must be 400 to 599, not " + statusOnError);
        }
        requireTrailersOfDuplex(processingMode);
    }

    /**
     * Returns Envoy's defaults (only the headers of both directions are sent), except for a message_timeout of 10 s.
     */
    public static FilterConfig defaults() {
        return builder().build();
    }

    /** Returns a builder that starts from {@link #defaults}. */
    public static FilterConfigBuilder builder() {
        return new FilterConfigBuilder();
    }

    /** Returns the status that the client receives if the server fails; always 500 before Envoy 1.36. */
    int errorStatus() {
        return version.atLeast(36) ? statusOnError : 500;
    }

    private static void requireTrailersOfDuplex(ProcessingMode mode) {
        boolean request = mode.getRequestBodyMode() == ProcessingMode.BodySendMode.FULL_DUPLEX_STREAMED
                && mode.getRequestTrailerMode() != ProcessingMode.HeaderSendMode.SEND;
        boolean response = mode.getResponseBodyMode() == ProcessingMode.BodySendMode.FULL_DUPLEX_STREAMED
                && mode.getResponseTrailerMode() != ProcessingMode.HeaderSendMode.SEND;
        if (request || response) {
            throw new IllegalArgumentException(
                    "FULL_DUPLEX_STREAMED needs trailer mode SEND: Envoy rejects this configuration");
        }
    }
}
