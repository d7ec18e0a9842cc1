package io.policyengine.kernel.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.UnsafeByteOperations;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse.ResponseStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.GrpcStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Metadata;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns outcomes into Envoy's answers, by the rules of its ext_proc filter. */
public final class EnvoyWriter {
    private static final EnvoyAnswer REQUEST_HEADERS_UNCHANGED = new EnvoyAnswer(ProcessingResponse.newBuilder()
            .setRequestHeaders(HeadersResponse.getDefaultInstance())
            .build());
    private static final EnvoyAnswer REQUEST_HEADERS_UNCHANGED_AND_LAST =
            new EnvoyAnswer(REQUEST_HEADERS_UNCHANGED.proto().toBuilder()
                    .setModeOverride(ModeOverride.END_AFTER_REQUEST_HEADERS)
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

    private final List<String> metadataNamespaces;

    /**
     * A writer.
     *
     * @param metadataNamespaces namespaces in which Envoy takes dynamic metadata from us; it drops others
     */
    public EnvoyWriter(List<String> metadataNamespaces) {
        this.metadataNamespaces = List.copyOf(metadataNamespaces);
    }

    /**
     * The answer to request headers.
     *
     * @param touched names of the header fields that may differ, in lower case
     * @param reroute whether a change may lead to another route ({@code clear_route_cache})
     * @param last whether Envoy is asked to send nothing more of this exchange
     * @throws PolicyException if Envoy would answer 500 to so many changes
     */
    public EnvoyAnswer requestHeaders(
            RequestView before,
            RequestView after,
            Set<String> touched,
            Metadata metadata,
            boolean reroute,
            boolean last) {
        HeaderChanges changes = new HeaderChanges().between(before.headers(), after.headers(), touched);
        if (!after.method().equals(before.method())) {
            changes.set(":method", after.method());
        }
        if (!after.authority().equals(before.authority())) {
            changes.set(":authority", after.authority());
        }
        if (!after.path().equals(before.path())) {
            changes.set(":path", after.path());
        }
        CommonResponse common = common(changes, before.body(), after.body(), reroute);
        Struct dynamic = dynamicMetadata(metadata);
        if (common == null && dynamic == null) {
            return last ? REQUEST_HEADERS_UNCHANGED_AND_LAST : REQUEST_HEADERS_UNCHANGED;
        }
        ProcessingResponse.Builder answer = ProcessingResponse.newBuilder().setRequestHeaders(headers(common));
        if (last) {
            answer.setModeOverride(ModeOverride.END_AFTER_REQUEST_HEADERS);
        }
        return answer(answer, dynamic);
    }

    /**
     * The answer to response headers.
     *
     * @param touched names of the header fields that may differ, in lower case
     * @throws PolicyException if Envoy would answer 500 to so many changes
     */
    public EnvoyAnswer responseHeaders(
            ResponseView before, ResponseView after, Set<String> touched, Metadata metadata) {
        HeaderChanges changes = new HeaderChanges().between(before.headers(), after.headers(), touched);
        if (after.status() != before.status()) {
            changes.set(":status", Integer.toString(after.status()));
        }
        CommonResponse common = common(changes, before.body(), after.body(), false);
        Struct dynamic = dynamicMetadata(metadata);
        if (common == null && dynamic == null) {
            return RESPONSE_HEADERS_UNCHANGED;
        }
        ProcessingResponse.Builder answer = ProcessingResponse.newBuilder().setResponseHeaders(headers(common));
        return answer(answer, dynamic);
    }

    /** The answer to a body message that changes nothing; in full duplex it has to give the bytes back. */
    public EnvoyAnswer bodyUnchanged(boolean request, EnvoyMessage message, BodyMode mode) {
        if (mode != BodyMode.FULL_DUPLEX_STREAMED) {
            return request ? REQUEST_BODY_UNCHANGED : RESPONSE_BODY_UNCHANGED;
        }
        HttpBody body =
                request ? message.proto().getRequestBody() : message.proto().getResponseBody();
        BodyResponse echo = BodyResponse.newBuilder()
                .setResponse(CommonResponse.newBuilder()
                        .setBodyMutation(BodyMutation.newBuilder()
                                .setStreamedResponse(StreamedBodyResponse.newBuilder()
                                        .setBody(body.getBody())
                                        .setEndOfStream(body.getEndOfStream()))))
                .build();
        ProcessingResponse.Builder answer = ProcessingResponse.newBuilder();
        return new EnvoyAnswer((request ? answer.setRequestBody(echo) : answer.setResponseBody(echo)).build());
    }

    /** The answer to a trailers message that changes nothing. */
    public EnvoyAnswer trailersUnchanged(boolean request) {
        return request ? REQUEST_TRAILERS_UNCHANGED : RESPONSE_TRAILERS_UNCHANGED;
    }

    /**
     * An answer to the client, whatever message it answers.
     *
     * @param decidedBy the entry, or the part of the engine, that decided; with the reason it becomes Envoy's response code
     *     details
     * @param requestContentType tells whether the client speaks gRPC, so that it gets a grpc-status; null if there is none
     */
    public EnvoyAnswer immediate(
            io.policyengine.core.instruction.ImmediateResponse response,
            String decidedBy,
            Metadata metadata,
            @Nullable String requestContentType) {
        ImmediateResponse.Builder immediate = ImmediateResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCodeValue(response.status()))
                .setDetails(response.reason() + "{" + decidedBy + "}");
        HeaderMutation headers = new HeaderChanges().all(response.headers()).build();
        if (headers != null) {
            immediate.setHeaders(headers);
        }
        if (GrpcStatuses.areFor(requestContentType)) {
            immediate.setGrpcStatus(GrpcStatus.newBuilder().setStatus(GrpcStatuses.of(response.status())));
            immediate.setBody(ByteString.copyFromUtf8(response.reason()));
        } else {
            immediate.setBody(bytes(response.body()));
        }
        ProcessingResponse.Builder answer = ProcessingResponse.newBuilder().setImmediateResponse(immediate);
        Struct dynamic = dynamicMetadata(metadata);
        return answer(answer, dynamic);
    }

    private static EnvoyAnswer answer(ProcessingResponse.Builder answer, @Nullable Struct dynamic) {
        return new EnvoyAnswer((dynamic == null ? answer : answer.setDynamicMetadata(dynamic)).build());
    }

    private static HeadersResponse headers(@Nullable CommonResponse common) {
        return common == null
                ? HeadersResponse.getDefaultInstance()
                : HeadersResponse.newBuilder().setResponse(common).build();
    }

    private static @Nullable CommonResponse common(
            HeaderChanges changes, @Nullable Buffer bodyBefore, @Nullable Buffer bodyAfter, boolean reroute) {
        String excess = changes.excess();
        if (excess != null) {
            throw new PolicyException(ErrorCode.INVALID_INSTRUCTION, excess);
        }
        HeaderMutation mutation = changes.build();
        Buffer newBody = bodyAfter == null || bodyAfter.equals(bodyBefore) ? null : bodyAfter;
        if (mutation == null && newBody == null) {
            return null;
        }
        CommonResponse.Builder common = CommonResponse.newBuilder();
        if (mutation != null) {
            // Envoy ignores clear_route_cache without a header mutation.
            common.setHeaderMutation(mutation).setClearRouteCache(reroute);
        }
        if (newBody != null) {
            // Envoy removes content-length itself then, and sends no more of this direction.
            common.setStatus(ResponseStatus.CONTINUE_AND_REPLACE)
                    .setBodyMutation(BodyMutation.newBuilder().setBody(bytes(newBody)));
        }
        return common.build();
    }

    private static ByteString bytes(Buffer buffer) {
        return UnsafeByteOperations.unsafeWrap(buffer.getBytes());
    }

    private @Nullable Struct dynamicMetadata(Metadata metadata) {
        return metadataNamespaces.isEmpty() || metadata.values().isEmpty()
                ? null
                : DynamicMetadata.of(metadata, metadataNamespaces);
    }
}
