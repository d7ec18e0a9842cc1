package io.policyengine.testkit.envoy.model;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds a {@link FilterConfig}; fields are named as in ext_proc.proto. */
public final class FilterConfigBuilder {
    private EnvoyRelease version = EnvoyRelease.V1_36;
    private ProcessingMode processingMode = ProcessingMode.getDefaultInstance();
    private boolean allowModeOverride = false;
    private List<ProcessingMode> allowedOverrideModes = List.of();
    private ModelMutationRules mutationRules = ModelMutationRules.defaults();
    private Set<String> hiddenHeaders = Set.of();
    private Set<String> forwardingNamespaces = Set.of();
    private Set<String> typedForwardingNamespaces = Set.of();
    private Set<String> receivingNamespaces = Set.of();
    private Map<String, Struct> metadata = Map.of();
    private Map<String, Any> typedMetadata = Map.of();
    private Map<String, Any> responseTypedMetadata = Map.of();
    private Struct requestAttributes = Struct.getDefaultInstance();
    private Struct responseAttributes = Struct.getDefaultInstance();
    private boolean sendBodyWithoutWaitingForHeaderResponse = false;
    private boolean observabilityMode = false;
    private boolean failureModeAllow = false;
    private boolean disableImmediateResponse = false;
    private int statusOnError = 500;
    private Duration messageTimeout = Duration.ofSeconds(10);
    private Duration maxMessageTimeout = Duration.ZERO;
    private Duration deferredCloseTimeout = Duration.ofSeconds(5);
    private boolean gracefulGrpcClose = false;
    private int bufferLimit = 1 << 20;
    private Map<String, String> initialMetadata = Map.of();
    private @Nullable ProcessingMode perRouteMode;

    FilterConfigBuilder() {}

    /** Sets the modelled release. The default is 1.36. */
    public FilterConfigBuilder version(EnvoyRelease version) {
        this.version = version;
        return this;
    }

    public FilterConfigBuilder processingMode(ProcessingMode processingMode) {
        this.processingMode = processingMode;
        return this;
    }

    public FilterConfigBuilder allowModeOverride(boolean allowModeOverride) {
        this.allowModeOverride = allowModeOverride;
        return this;
    }

    /** Sets allowed_override_modes; an empty list permits all modes. */
    public FilterConfigBuilder allowedOverrideModes(List<ProcessingMode> allowedOverrideModes) {
        this.allowedOverrideModes = allowedOverrideModes;
        return this;
    }

    public FilterConfigBuilder mutationRules(ModelMutationRules mutationRules) {
        this.mutationRules = mutationRules;
        return this;
    }

    /** Sets forward_rules.disallowed_headers, as exact names. */
    public FilterConfigBuilder hidden(String... names) {
        this.hiddenHeaders = Set.of(names);
        return this;
    }

    /** Sets metadata_options.forwarding_namespaces.untyped. */
    public FilterConfigBuilder forwardingNamespaces(Set<String> forwardingNamespaces) {
        this.forwardingNamespaces = forwardingNamespaces;
        return this;
    }

    /** Sets metadata_options.forwarding_namespaces.typed. */
    public FilterConfigBuilder typedForwardingNamespaces(Set<String> typedForwardingNamespaces) {
        this.typedForwardingNamespaces = typedForwardingNamespaces;
        return this;
    }

    /** Sets metadata_options.receiving_namespaces.untyped. */
    public FilterConfigBuilder receivingNamespaces(Set<String> receivingNamespaces) {
        this.receivingNamespaces = receivingNamespaces;
        return this;
    }

    /** Sets the request's dynamic metadata before the filter. */
    public FilterConfigBuilder metadata(Map<String, Struct> metadata) {
        this.metadata = metadata;
        return this;
    }

    /** Sets the request's typed dynamic metadata before the filter. */
    public FilterConfigBuilder typedMetadata(Map<String, Any> typedMetadata) {
        this.typedMetadata = typedMetadata;
        return this;
    }

    /** Sets the typed dynamic metadata that other filters add once the response headers arrive. */
    public FilterConfigBuilder responseTypedMetadata(Map<String, Any> responseTypedMetadata) {
        this.responseTypedMetadata = responseTypedMetadata;
        return this;
    }

    /** Sets request_attributes with their values. */
    public FilterConfigBuilder requestAttributes(Struct requestAttributes) {
        this.requestAttributes = requestAttributes;
        return this;
    }

    /** Sets response_attributes with their values. */
    public FilterConfigBuilder responseAttributes(Struct responseAttributes) {
        this.responseAttributes = responseAttributes;
        return this;
    }

    public FilterConfigBuilder sendBodyWithoutWaitingForHeaderResponse(
            boolean sendBodyWithoutWaitingForHeaderResponse) {
        this.sendBodyWithoutWaitingForHeaderResponse = sendBodyWithoutWaitingForHeaderResponse;
        return this;
    }

    public FilterConfigBuilder observabilityMode(boolean observabilityMode) {
        this.observabilityMode = observabilityMode;
        return this;
    }

    public FilterConfigBuilder failureModeAllow(boolean failureModeAllow) {
        this.failureModeAllow = failureModeAllow;
        return this;
    }

    public FilterConfigBuilder disableImmediateResponse(boolean disableImmediateResponse) {
        this.disableImmediateResponse = disableImmediateResponse;
        return this;
    }

    /** Sets status_on_error, from 400 to 599. The default is 500. */
    public FilterConfigBuilder statusOnError(int statusOnError) {
        this.statusOnError = statusOnError;
        return this;
    }

    /**
     * Sets message_timeout. The default is 10 s, since Envoy's 200 ms would make tests depend on the machine's speed.
     */
    public FilterConfigBuilder messageTimeout(Duration messageTimeout) {
        this.messageTimeout = messageTimeout;
        return this;
    }

    /** Sets max_message_timeout. The default is zero, which disables extensions. */
    public FilterConfigBuilder maxMessageTimeout(Duration maxMessageTimeout) {
        this.maxMessageTimeout = maxMessageTimeout;
        return this;
    }

    /** Sets deferred_close_timeout. The default is 5 s. */
    public FilterConfigBuilder deferredCloseTimeout(Duration deferredCloseTimeout) {
        this.deferredCloseTimeout = deferredCloseTimeout;
        return this;
    }

    /** Sets the runtime guard ext_proc_graceful_grpc_close. */
    public FilterConfigBuilder gracefulGrpcClose(boolean gracefulGrpcClose) {
        this.gracefulGrpcClose = gracefulGrpcClose;
        return this;
    }

    /** Sets per_connection_buffer_limit_bytes. The default is 1 MiB. */
    public FilterConfigBuilder bufferLimit(int bufferLimit) {
        this.bufferLimit = bufferLimit;
        return this;
    }

    /** Sets grpc_service.initial_metadata. */
    public FilterConfigBuilder initialMetadata(Map<String, String> initialMetadata) {
        this.initialMetadata = initialMetadata;
        return this;
    }

    /** Changes the filter's processing_mode. */
    public FilterConfigBuilder mode(Consumer<ProcessingMode.Builder> change) {
        ProcessingMode.Builder mode = processingMode.toBuilder();
        change.accept(mode);
        return processingMode(mode.build());
    }

    /** Sets the mode FULL_DUPLEX_STREAMED for both bodies, and SEND for the trailers, as this mode requires. */
    public FilterConfigBuilder fullDuplex() {
        return mode(mode -> mode.setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                .setRequestTrailerMode(HeaderSendMode.SEND)
                .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                .setResponseTrailerMode(HeaderSendMode.SEND));
    }

    /** Sets the processing_mode of the route (ExtProcPerRoute), which replaces the filter's mode. */
    public FilterConfigBuilder perRouteMode(ProcessingMode mode) {
        this.perRouteMode = mode;
        return this;
    }

    /** Sets the attribute {@code xds.route_name} of both directions. */
    public FilterConfigBuilder routeName(String name) {
        return requestAttribute("xds.route_name", name).responseAttribute("xds.route_name", name);
    }

    /** Adds a string attribute of the request direction. */
    public FilterConfigBuilder requestAttribute(String name, String value) {
        return requestAttributes(with(requestAttributes, name, value));
    }

    /** Adds a string attribute of the response direction. */
    public FilterConfigBuilder responseAttribute(String name, String value) {
        return responseAttributes(with(responseAttributes, name, value));
    }

    /** Returns the configuration; throws IllegalArgumentException if Envoy would reject it. */
    public FilterConfig build() {
        return new FilterConfig(
                version,
                processingMode,
                perRouteMode == null ? processingMode : perRouteMode,
                allowModeOverride,
                allowedOverrideModes,
                mutationRules,
                hiddenHeaders,
                forwardingNamespaces,
                typedForwardingNamespaces,
                receivingNamespaces,
                metadata,
                typedMetadata,
                responseTypedMetadata,
                requestAttributes,
                responseAttributes,
                sendBodyWithoutWaitingForHeaderResponse,
                observabilityMode,
                failureModeAllow,
                disableImmediateResponse,
                statusOnError,
                messageTimeout,
                maxMessageTimeout,
                deferredCloseTimeout,
                gracefulGrpcClose,
                bufferLimit,
                initialMetadata);
    }

    private static Struct with(Struct attributes, String name, String value) {
        return attributes.toBuilder()
                .putFields(name, Value.newBuilder().setStringValue(value).build())
                .build();
    }
}
