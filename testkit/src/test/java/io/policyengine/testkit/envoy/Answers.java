package io.policyengine.testkit.envoy;

import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.policyengine.core.http.Octets;
import java.util.function.Consumer;

/** Answers of an ext_proc server, written short. */
final class Answers {
    private Answers() {}

    /** The answer that fits the message and changes nothing. */
    static ProcessingResponse fitting(ProcessingRequest message) {
        return fitting(message, common -> {});
    }

    /** The answer that fits the message, with this content where it has one. */
    static ProcessingResponse fitting(ProcessingRequest message, Consumer<CommonResponse.Builder> content) {
        CommonResponse.Builder builder = CommonResponse.newBuilder();
        content.accept(builder);
        CommonResponse common = builder.build();
        HeadersResponse headers =
                HeadersResponse.newBuilder().setResponse(common).build();
        BodyResponse body = BodyResponse.newBuilder().setResponse(common).build();
        TrailersResponse trailers = TrailersResponse.newBuilder()
                .setHeaderMutation(common.getHeaderMutation())
                .build();
        ProcessingResponse.Builder answer = ProcessingResponse.newBuilder();
        return switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> answer.setRequestHeaders(headers).build();
            case RESPONSE_HEADERS -> answer.setResponseHeaders(headers).build();
            case REQUEST_BODY -> answer.setRequestBody(body).build();
            case RESPONSE_BODY -> answer.setResponseBody(body).build();
            case REQUEST_TRAILERS -> answer.setRequestTrailers(trailers).build();
            case RESPONSE_TRAILERS -> answer.setResponseTrailers(trailers).build();
            case REQUEST_NOT_SET -> answer.build();
        };
    }

    static Consumer<CommonResponse.Builder> setting(String... namesAndValues) {
        return common -> common.setHeaderMutation(mutation(namesAndValues));
    }

    static HeaderMutation mutation(String... namesAndValues) {
        HeaderMutation.Builder mutation = HeaderMutation.newBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            mutation.addSetHeaders(option(namesAndValues[i], namesAndValues[i + 1], false));
        }
        return mutation.build();
    }

    /** The deprecated field is the one that Envoy reads. */
    @SuppressWarnings("deprecation")
    static HeaderValueOption option(String name, String value, boolean append) {
        return HeaderValueOption.newBuilder()
                .setHeader(
                        HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFrom(Octets.toBytes(value))))
                .setAppend(BoolValue.of(append))
                .build();
    }

    static Consumer<CommonResponse.Builder> body(String text) {
        return common -> common.setBodyMutation(BodyMutation.newBuilder().setBody(ByteString.copyFromUtf8(text)));
    }

    static BodyMutation streamed(String text, boolean endOfStream) {
        return BodyMutation.newBuilder()
                .setStreamedResponse(StreamedBodyResponse.newBuilder()
                        .setBody(ByteString.copyFromUtf8(text))
                        .setEndOfStream(endOfStream))
                .build();
    }

    static ProcessingResponse immediate(int status, String body) {
        return immediate(status, body, builder -> {});
    }

    static ProcessingResponse immediate(int status, String body, Consumer<ImmediateResponse.Builder> more) {
        ImmediateResponse.Builder immediate = ImmediateResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCodeValue(status))
                .setBody(ByteString.copyFromUtf8(body))
                .setDetails("denied by test");
        more.accept(immediate);
        return ProcessingResponse.newBuilder().setImmediateResponse(immediate).build();
    }
}
