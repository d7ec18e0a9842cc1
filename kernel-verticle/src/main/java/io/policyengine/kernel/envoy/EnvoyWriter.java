package io.policyengine.kernel.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse.ResponseStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.GrpcStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.policy.Metadata;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts the outcomes of policies to answers that follow the rules of Envoy's ext_proc filter. */
public final class EnvoyWriter {
    private static final EnvoyAnswer REQUEST_HEADERS_UNCHANGED = new EnvoyAnswer(ProcessingResponse.newBuilder()
            .setRequestHeaders(HeadersResponse.getDefaultInstance())
            .build());
    private static final EnvoyAnswer REQUEST_HEADERS_UNCHANGED_AND_LAST =
            new EnvoyAnswer(REQUEST_HEADERS_UNCHANGED.proto().toBuilder()
                    .setModeOverride(ModeOverride.END_AFTER_REQUEST_HEADERS.proto())
                    .build());
    private static final EnvoyAnswer RESPONSE_HEADERS_UNCHANGED = new EnvoyAnswer(ProcessingResponse.newBuilder()
            .setResponseHeaders(HeadersResponse.getDefaultInstance())
            .build());
    private static final EnvoyAnswer REQUEST_BODY_UNCHANGED = new EnvoyAnswer(ProcessingResponse.newBuilder()
            .setRequestBody(BodyResponse.getDefaultInstance())
            .build());
    private static final EnvoyAnswer RESPONSE_BODY_UNCHANGED = new EnvoyAnswer(ProcessingResponse.newBuilder()
            .setResponseBody(BodyResponse.getDefaultInstance())
            .build());
    private static final EnvoyAnswer REQUEST_TRAILERS_UNCHANGED = new EnvoyAnswer(ProcessingResponse.newBuilder()
            .setRequestTrailers(TrailersResponse.getDefaultInstance())
            .build());
    private static final EnvoyAnswer RESPONSE_TRAILERS_UNCHANGED = new EnvoyAnswer(ProcessingResponse.newBuilder()
            .setResponseTrailers(TrailersResponse.getDefaultInstance())
            .build());

    private final DynamicMetadata dynamicMetadata;

    /** Creates a writer for an Envoy that accepts only untyped dynamic metadata, in the given namespaces. */
    public EnvoyWriter(List<String> untyped) {
        this(untyped, List.of());
    }

    /**
     * Creates a writer of answers to Envoy.
     *
     * @param untyped namespaces in which Envoy accepts dynamic metadata from the engine; Envoy drops other namespaces
     * @param typed namespaces in which Envoy accepts typed dynamic metadata
     */
    public EnvoyWriter(List<String> untyped, List<String> typed) {
        this.dynamicMetadata = new DynamicMetadata(untyped, typed);
    }

    /**
     * Returns the answer to request headers.
     *
     * @param before the headers that Envoy holds, without the removed fields
     * @param removed names of fields that Envoy removes before applying other changes, whether or not they are present;
     *     in lower case
     * @param touched names of the header fields that may differ, in lower case
     * @param reroute whether a change may select another route ({@code clear_route_cache})
     * @param newBody a body that replaces the whole message (CONTINUE_AND_REPLACE), or null
     * @param override the requested processing mode, or null
     * @throws PolicyException if there are so many changes that Envoy would answer 500
     */
    public EnvoyAnswer requestHeaders(
            RequestView before,
            List<String> removed,
            RequestView after,
            Set<String> touched,
            Metadata metadata,
            boolean reroute,
            @Nullable Buffer newBody,
            @Nullable ModeOverride override) {
        HeaderChanges changes = requestChanges(before, after, touched).removed(removed);
        CommonResponse common = replacing(changes, newBody, reroute);
        Struct dynamic = dynamicMetadata.valuesOf(metadata);
        if (common == null && dynamic == null) {
            if (override == null) {
                return REQUEST_HEADERS_UNCHANGED;
            }
            if (override.equals(ModeOverride.END_AFTER_REQUEST_HEADERS)) {
                return REQUEST_HEADERS_UNCHANGED_AND_LAST;
            }
        }
        return answer(ProcessingResponse.newBuilder().setRequestHeaders(headers(common)), override, dynamic);
    }

    /**
     * Returns the answer to response headers.
     *
     * @param touched names of the header fields that may differ, in lower case
     * @param newBody a body that replaces the whole message (CONTINUE_AND_REPLACE), or null
     * @param override the requested processing mode, or null
     * @throws PolicyException if there are so many changes that Envoy would answer 500
     */
    public EnvoyAnswer responseHeaders(
            ResponseView before,
            ResponseView after,
            Set<String> touched,
            Metadata metadata,
            @Nullable Buffer newBody,
            @Nullable ModeOverride override) {
        CommonResponse common = replacing(responseChanges(before, after, touched), newBody, false);
        Struct dynamic = dynamicMetadata.valuesOf(metadata);
        if (common == null && dynamic == null && override == null) {
            return RESPONSE_HEADERS_UNCHANGED;
        }
        return answer(ProcessingResponse.newBuilder().setResponseHeaders(headers(common)), override, dynamic);
    }

    /**
     * Returns the answer to a complete request body while Envoy still holds the headers.
     *
     * @param before the headers that Envoy holds
     * @param after the final headers, including content-length
     * @param newBody the new body, or null if it is unchanged
     * @throws PolicyException if there are so many changes that Envoy would answer 500
     */
    public EnvoyAnswer requestBody(
            RequestView before,
            RequestView after,
            Set<String> touched,
            Metadata metadata,
            boolean reroute,
            @Nullable Buffer newBody) {
        CommonResponse common = body(requestChanges(before, after, touched), newBody, reroute);
        Struct dynamic = dynamicMetadata.valuesOf(metadata);
        return common == null && dynamic == null
                ? REQUEST_BODY_UNCHANGED
                : answer(ProcessingResponse.newBuilder().setRequestBody(body(common)), null, dynamic);
    }

    /** Returns the answer to a complete response body; see {@link #requestBody}. */
    public EnvoyAnswer responseBody(
            ResponseView before, ResponseView after, Set<String> touched, Metadata metadata, @Nullable Buffer newBody) {
        CommonResponse common = body(responseChanges(before, after, touched), newBody, false);
        Struct dynamic = dynamicMetadata.valuesOf(metadata);
        return common == null && dynamic == null
                ? RESPONSE_BODY_UNCHANGED
                : answer(ProcessingResponse.newBuilder().setResponseBody(body(common)), null, dynamic);
    }

    /** Returns the answer to a body message that changes nothing, for all modes but full duplex. */
    public EnvoyAnswer bodyUnchanged(boolean request) {
        return request ? REQUEST_BODY_UNCHANGED : RESPONSE_BODY_UNCHANGED;
    }

    /**
     * Returns the answer to a chunk in mode STREAMED, which replaces the chunk by {@code data}, or drops it if {@code
     * data} is empty.
     */
    public EnvoyAnswer chunk(boolean request, Buffer data) {
        return bodyAnswer(request, CommonResponse.newBuilder().setBodyMutation(mutation(data)));
    }

    /** Returns an answer that sends one chunk of a body in full duplex mode. */
    public EnvoyAnswer duplexChunk(boolean request, Buffer data, boolean last) {
        StreamedBodyResponse chunk = StreamedBodyResponse.newBuilder()
                .setBody(Bytes.of(data))
                .setEndOfStream(last)
                .build();
        return bodyAnswer(
                request,
                CommonResponse.newBuilder()
                        .setBodyMutation(BodyMutation.newBuilder().setStreamedResponse(chunk)));
    }

    /** Returns a request to Envoy to wait longer for the pending answer ({@code override_message_timeout}). */
    public EnvoyAnswer moreTime(Duration time) {
        return new EnvoyAnswer(ProcessingResponse.newBuilder()
                .setOverrideMessageTimeout(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(time.getSeconds())
                        .setNanos(time.getNano()))
                .build());
    }

    /** Returns the answer to a trailers message that changes nothing. */
    public EnvoyAnswer trailersUnchanged(boolean request) {
        return request ? REQUEST_TRAILERS_UNCHANGED : RESPONSE_TRAILERS_UNCHANGED;
    }

    /**
     * Returns the answer to a trailers message.
     *
     * @param before the trailers that Envoy holds, without the removed fields
     * @param removed names of fields that Envoy removes before applying other changes, in lower case
     * @param touched names of the fields that may differ, in lower case
     * @throws PolicyException if there are so many changes that Envoy would answer 500
     */
    public EnvoyAnswer trailers(
            boolean request,
            TrailersView before,
            List<String> removed,
            TrailersView after,
            Set<String> touched,
            Metadata metadata) {
        HeaderChanges changes =
                new HeaderChanges().removed(removed).between(before.headers(), after.headers(), touched);
        String excess = changes.excess();
        if (excess != null) {
            throw new PolicyException(ErrorCode.INVALID_INSTRUCTION, excess);
        }
        HeaderMutation mutation = changes.build();
        Struct dynamic = dynamicMetadata.valuesOf(metadata);
        if (mutation == null && dynamic == null) {
            return trailersUnchanged(request);
        }
        TrailersResponse trailers = mutation == null
                ? TrailersResponse.getDefaultInstance()
                : TrailersResponse.newBuilder().setHeaderMutation(mutation).build();
        ProcessingResponse.Builder answer = ProcessingResponse.newBuilder();
        return answer(
                request ? answer.setRequestTrailers(trailers) : answer.setResponseTrailers(trailers), null, dynamic);
    }

    /**
     * Returns a response to the client, as the answer to any message.
     *
     * @param decidedBy the entry or the part of the engine that decided. Envoy's response code details consist of it,
     *     the reason, the code, and the rule that denied
     * @param requestContentType the content type of the request, or null; a client that speaks gRPC also gets a
     *     grpc-status
     */
    public EnvoyAnswer immediate(
            io.policyengine.core.instruction.ImmediateResponse response,
            String decidedBy,
            Metadata metadata,
            @Nullable String requestContentType) {
        ImmediateResponse.Builder immediate = ImmediateResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCodeValue(response.status()))
                .setDetails(details(response, decidedBy));
        HeaderMutation headers = new HeaderChanges().all(response.headers()).build();
        if (headers != null) {
            immediate.setHeaders(headers);
        }
        if (GrpcStatuses.areFor(requestContentType)) {
            immediate.setGrpcStatus(GrpcStatus.newBuilder().setStatus(GrpcStatuses.of(response.status())));
            immediate.setBody(ByteString.copyFromUtf8(response.reason()));
        } else if (ResponseView.allowsContent(response.status())) {
            immediate.setBody(Bytes.of(response.body()));
        }
        ProcessingResponse.Builder answer = ProcessingResponse.newBuilder().setImmediateResponse(immediate);
        Struct dynamic = dynamicMetadata.valuesOf(metadata);
        return answer(answer, null, dynamic);
    }

    private static String details(io.policyengine.core.instruction.ImmediateResponse response, String decidedBy) {
        String code = response.code();
        String rule = response.rule();
        return response.reason()
                + (code == null ? "" : ":" + code)
                + "{" + decidedBy + (rule == null ? "" : ":" + rule) + "}";
    }

    private static HeaderChanges requestChanges(RequestView before, RequestView after, Set<String> touched) {
        HeaderChanges changes = new HeaderChanges().between(before.headers(), after.headers(), touched);
        if (!after.method().equals(before.method())) {
            changes.set(":method", after.method());
        }
        if (!after.authority().equals(before.authority())) {
            changes.set(":authority", after.authority());
        }
        if (!after.rawPath().equals(before.rawPath())) {
            changes.set(":path", after.rawPath());
        }
        return changes;
    }

    private static HeaderChanges responseChanges(ResponseView before, ResponseView after, Set<String> touched) {
        HeaderChanges changes = new HeaderChanges().between(before.headers(), after.headers(), touched);
        if (after.status() != before.status()) {
            changes.set(":status", Integer.toString(after.status()));
        }
        return changes;
    }

    private EnvoyAnswer answer(
            ProcessingResponse.Builder answer, @Nullable ModeOverride override, @Nullable Struct dynamic) {
        if (override != null) {
            answer.setModeOverride(override.proto());
        }
        if (dynamic != null) {
            dynamicMetadata.add(dynamic, answer);
        }
        return new EnvoyAnswer(answer.build());
    }

    private static EnvoyAnswer bodyAnswer(boolean request, CommonResponse.Builder common) {
        BodyResponse body = BodyResponse.newBuilder().setResponse(common).build();
        ProcessingResponse.Builder answer = ProcessingResponse.newBuilder();
        return new EnvoyAnswer((request ? answer.setRequestBody(body) : answer.setResponseBody(body)).build());
    }

    private static HeadersResponse headers(@Nullable CommonResponse common) {
        return common == null
                ? HeadersResponse.getDefaultInstance()
                : HeadersResponse.newBuilder().setResponse(common).build();
    }

    private static BodyResponse body(@Nullable CommonResponse common) {
        return common == null
                ? BodyResponse.getDefaultInstance()
                : BodyResponse.newBuilder().setResponse(common).build();
    }

    /**
     * Returns the changes of an answer to headers, or null if there are none. A new body replaces the whole message.
     */
    private static @Nullable CommonResponse replacing(
            HeaderChanges changes, @Nullable Buffer newBody, boolean reroute) {
        CommonResponse.Builder common = common(changes, newBody != null, reroute);
        if (common == null || newBody == null) {
            return common == null ? null : common.build();
        }
        // Envoy then removes content-length itself, and sends no more messages of this direction.
        return common.setStatus(ResponseStatus.CONTINUE_AND_REPLACE)
                .setBodyMutation(BodyMutation.newBuilder().setBody(Bytes.of(newBody)))
                .build();
    }

    private static @Nullable CommonResponse body(HeaderChanges changes, @Nullable Buffer newBody, boolean reroute) {
        CommonResponse.Builder common = common(changes, newBody != null, reroute);
        if (common == null || newBody == null) {
            return common == null ? null : common.build();
        }
        return common.setBodyMutation(mutation(newBody)).build();
    }

    private static CommonResponse.@Nullable Builder common(HeaderChanges changes, boolean newBody, boolean reroute) {
        String excess = changes.excess();
        if (excess != null) {
            throw new PolicyException(ErrorCode.INVALID_INSTRUCTION, excess);
        }
        HeaderMutation mutation = changes.build();
        if (mutation == null) {
            return newBody ? CommonResponse.newBuilder() : null;
        }
        // Envoy ignores clear_route_cache without a header mutation.
        return CommonResponse.newBuilder().setHeaderMutation(mutation).setClearRouteCache(reroute);
    }

    private static BodyMutation mutation(Buffer data) {
        return data.length() == 0
                ? BodyMutation.newBuilder().setClearBody(true).build()
                : BodyMutation.newBuilder().setBody(Bytes.of(data)).build();
    }
}
