package io.policyengine.testkit.envoy.model;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Builds the messages to the server on one stream. The first message of the stream, and of each direction, has
 * additional parts.
 */
final class StreamMessages {
    /** The key of all attributes, regardless of the filter's name. */
    static final String ATTRIBUTES_KEY = "envoy.filters.http.ext_proc";

    private final FilterConfig config;
    private final Set<ModelDirection> begun = EnumSet.noneOf(ModelDirection.class);

    StreamMessages(FilterConfig config) {
        this.config = config;
    }

    static ProcessingRequest.Builder headers(ModelDirection direction, HeaderMap headers, boolean endOfStream) {
        HttpHeaders message = HttpHeaders.newBuilder()
                .setHeaders(fields(headers))
                .setEndOfStream(endOfStream)
                .build();
        return switch (direction) {
            case REQUEST -> ProcessingRequest.newBuilder().setRequestHeaders(message);
            case RESPONSE -> ProcessingRequest.newBuilder().setResponseHeaders(message);
        };
    }

    static ProcessingRequest.Builder body(ModelDirection direction, ByteString bytes, boolean endOfStream) {
        HttpBody message =
                HttpBody.newBuilder().setBody(bytes).setEndOfStream(endOfStream).build();
        return switch (direction) {
            case REQUEST -> ProcessingRequest.newBuilder().setRequestBody(message);
            case RESPONSE -> ProcessingRequest.newBuilder().setResponseBody(message);
        };
    }

    static ProcessingRequest.Builder trailers(ModelDirection direction, HeaderMap trailers) {
        HttpTrailers message =
                HttpTrailers.newBuilder().setTrailers(fields(trailers)).build();
        return switch (direction) {
            case REQUEST -> ProcessingRequest.newBuilder().setRequestTrailers(message);
            case RESPONSE -> ProcessingRequest.newBuilder().setResponseTrailers(message);
        };
    }

    /** Completes a message with the parts that depend on its position in the stream, and removes hidden headers. */
    ProcessingRequest complete(
            ProcessingRequest.Builder message,
            ModelDirection direction,
            Map<String, Struct> metadata,
            BodySendMode requestBodyMode,
            BodySendMode responseBodyMode) {
        hide(message);
        if (begun.isEmpty() && !config.observabilityMode()) {
            message.setProtocolConfig(ProtocolConfiguration.newBuilder()
                    .setRequestBodyMode(requestBodyMode)
                    .setResponseBodyMode(responseBodyMode)
                    .setSendBodyWithoutWaitingForHeaderResponse(config.sendBodyWithoutWaitingForHeaderResponse()));
        }
        if (begun.add(direction)) {
            Struct attributes = switch (direction) {
                case REQUEST -> config.requestAttributes();
                case RESPONSE -> config.responseAttributes();
            };
            if (attributes.getFieldsCount() > 0) {
                message.putAttributes(ATTRIBUTES_KEY, attributes);
            }
        }
        return message.setMetadataContext(context(direction, metadata))
                .setObservabilityMode(config.observabilityMode())
                .build();
    }

    private void hide(ProcessingRequest.Builder message) {
        if (message.hasRequestHeaders()) {
            hide(message.getRequestHeadersBuilder().getHeadersBuilder());
        } else if (message.hasResponseHeaders()) {
            hide(message.getResponseHeadersBuilder().getHeadersBuilder());
        }
    }

    private void hide(io.envoyproxy.envoy.config.core.v3.HeaderMap.Builder fields) {
        for (int i = fields.getHeadersCount() - 1; i >= 0; i--) {
            if (config.hiddenHeaders().contains(fields.getHeaders(i).getKey())) {
                fields.removeHeaders(i);
            }
        }
    }

    private Metadata context(ModelDirection direction, Map<String, Struct> metadata) {
        Metadata.Builder context = Metadata.newBuilder();
        metadata.forEach((namespace, value) -> {
            if (config.forwardingNamespaces().contains(namespace)) {
                context.putFilterMetadata(namespace, value);
            }
        });
        putTyped(config.typedMetadata(), context);
        if (direction == ModelDirection.RESPONSE) {
            putTyped(config.responseTypedMetadata(), context);
        }
        return context.build();
    }

    private void putTyped(Map<String, Any> metadata, Metadata.Builder context) {
        metadata.forEach((namespace, value) -> {
            if (config.typedForwardingNamespaces().contains(namespace)) {
                context.putTypedFilterMetadata(namespace, value);
            }
        });
    }

    private static io.envoyproxy.envoy.config.core.v3.HeaderMap fields(HeaderMap headers) {
        io.envoyproxy.envoy.config.core.v3.HeaderMap.Builder fields =
                io.envoyproxy.envoy.config.core.v3.HeaderMap.newBuilder();
        headers.forEach((name, value) -> fields.addHeaders(
                HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFrom(Octets.toBytes(value)))));
        return fields.build();
    }
}
