package io.policyengine.testkit.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.params.StringOrList;
import io.policyengine.testkit.conformance.ConformanceCase.Bulk;
import io.policyengine.testkit.conformance.ConformanceCase.Filter;
import io.policyengine.testkit.conformance.ConformanceCase.Reply;
import io.policyengine.testkit.conformance.ConformanceCase.Request;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.EnvoyRelease;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.envoy.model.ModelMutationRules;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Converts the data of conformance cases into inputs of {@code EnvoySim}. Each character of a header or body is one
 * octet.
 */
final class SimInputs {
    private SimInputs() {}

    /** Returns the filter's configuration. The message_timeout is {@code timeout} unless the case sets another. */
    static FilterConfig filter(Filter filter, String route, Duration timeout) {
        FilterConfigBuilder config = FilterConfig.builder()
                .version(EnvoyRelease.valueOf("V" + filter.version().replace('.', '_')))
                .processingMode(mode(filter))
                .allowModeOverride(filter.allowModeOverride())
                .sendBodyWithoutWaitingForHeaderResponse(filter.bodyWithoutWaiting())
                .observabilityMode(filter.observability())
                .deferredCloseTimeout(Duration.ofSeconds(1))
                .gracefulGrpcClose(filter.gracefulClose())
                .mutationRules(ModelMutationRules.allowing(filter.allowAllRouting(), false))
                .bufferLimit(filter.bufferLimit())
                .messageTimeout(Objects.requireNonNullElse(filter.messageTimeoutMs(), timeout))
                .maxMessageTimeout(filter.maxMessageTimeoutMs())
                .receivingNamespaces(Set.copyOf(filter.receivingNamespaces()))
                .metadata(metadata(filter.metadata()))
                .forwardingNamespaces(filter.metadata().keySet())
                .typedMetadata(filter.typedMetadata().stream()
                        .collect(Collectors.toMap(
                                UnaryOperator.identity(), namespace -> Any.pack(StringValue.of(namespace)))))
                .typedForwardingNamespaces(Set.copyOf(filter.typedMetadata()));
        return (filter.attributes() ? config.routeName(route) : config).build();
    }

    static SimRequest request(Request request) {
        Map<String, StringOrList> trailers = request.trailers();
        SimRequest made = new SimRequest(
                request.method(),
                "http",
                "example.com",
                request.path(),
                headers(request.headers()),
                body(request.body(), request.bulk()),
                trailers == null ? null : headers(trailers));
        return request.contentLength() ? made.withContentLength() : made;
    }

    static Upstream upstream(Reply reply) {
        if (reply.silent()) {
            return Upstream.silent();
        }
        return reply.early() ? Upstream.early(response(reply)) : Upstream.replying(response(reply));
    }

    static SimResponse response(Reply reply) {
        Map<String, StringOrList> trailers = reply.trailers();
        SimResponse made = new SimResponse(
                reply.status(),
                headers(reply.headers()),
                body(reply.body(), reply.bulk()),
                trailers == null ? null : headers(trailers));
        return reply.contentLength() ? made.withContentLength() : made;
    }

    static HeaderMap headers(Map<String, StringOrList> fields) {
        HeaderMap.Builder headers = HeaderMap.builder(fields.size());
        fields.forEach((name, values) -> values.values().forEach(value -> headers.append(name, value)));
        return headers.build();
    }

    static ByteString octets(String text) {
        return ByteString.copyFrom(text, ISO_8859_1);
    }

    static ProcessingMode mode(Filter filter) {
        return ProcessingMode.newBuilder()
                .setRequestHeaderMode(send(filter.request().headers()))
                .setResponseHeaderMode(send(filter.response().headers()))
                .setRequestBodyMode(BodySendMode.valueOf(filter.request().body()))
                .setResponseBodyMode(BodySendMode.valueOf(filter.response().body()))
                .setRequestTrailerMode(send(filter.request().trailers()))
                .setResponseTrailerMode(send(filter.response().trailers()))
                .build();
    }

    private static HeaderSendMode send(boolean wanted) {
        return wanted ? HeaderSendMode.SEND : HeaderSendMode.SKIP;
    }

    private static List<ByteString> body(List<String> chunks, @Nullable Bulk bulk) {
        if (bulk == null) {
            return chunks.stream().map(SimInputs::octets).toList();
        }
        byte[] letters = new byte[bulk.bytes()];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) ('a' + i % 26);
        }
        return Collections.nCopies(bulk.chunks(), ByteString.copyFrom(letters));
    }

    private static Map<String, Struct> metadata(Map<String, Map<String, String>> namespaces) {
        return namespaces.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, namespace -> struct(namespace.getValue())));
    }

    private static Struct struct(Map<String, String> values) {
        Struct.Builder struct = Struct.newBuilder();
        values.forEach((key, value) ->
                struct.putFields(key, Value.newBuilder().setStringValue(value).build()));
        return struct.build();
    }
}
