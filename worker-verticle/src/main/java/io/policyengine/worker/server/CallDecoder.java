package io.policyengine.worker.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Parser;
import io.netty.buffer.Unpooled;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.Header;
import io.policyengine.proto.worker.v1.RequestData;
import io.policyengine.proto.worker.v1.ResponseData;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads calls. */
final class CallDecoder {
    /** Strict: one value and nothing after it. */
    static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readerFor(JsonNode.class);

    private final Ticker ticker;
    private final Duration mostTime;

    /**
     * A decoder.
     *
     * @param mostTime what a call may take at most, whatever it says
     */
    CallDecoder(Ticker ticker, Duration mostTime) {
        this.ticker = ticker;
        this.mostTime = mostTime;
    }

    /** A message out of bytes that it may share. */
    static <M> M parse(Parser<M> parser, ByteString bytes) throws MalformedCallException {
        try {
            CodedInputStream input = bytes.newCodedInput();
            input.enableAliasing(true);
            M message = parser.parseFrom(input);
            input.checkLastTagWas(0);
            return message;
        } catch (IOException malformed) {
            throw new MalformedCallException("the message does not decode: " + malformed.getMessage());
        }
    }

    /** A request call; its end is 0 if it runs all entries. */
    RequestCall request(io.policyengine.proto.worker.v1.RequestCall call, Cancellation cancellation)
            throws MalformedCallException {
        CallContext context = call.getContext();
        return new RequestCall(
                callOf(context, cancellation),
                context.getChainId(),
                context.getFirstEntry(),
                context.getEndEntry(),
                view(call.getRequest()),
                metadata(context));
    }

    /** A response call; its end is 0 if it runs all entries. */
    ResponseCall response(io.policyengine.proto.worker.v1.ResponseCall call, Cancellation cancellation)
            throws MalformedCallException {
        CallContext context = call.getContext();
        return new ResponseCall(
                callOf(context, cancellation),
                context.getChainId(),
                context.getFirstEntry(),
                context.getEndEntry(),
                view(call.getResponse()),
                view(call.getRequest()),
                view(call.getOriginalRequest()),
                metadata(context));
    }

    static ExchangeEnd end(io.policyengine.proto.worker.v1.ExchangeEnd wire) {
        String deniedBy = wire.getDeniedBy();
        return new ExchangeEnd(
                wire.getExchangeId(), wire.getStatusCode(), wire.getAborted(), deniedBy.isEmpty() ? null : deniedBy);
    }

    private Call callOf(CallContext context, Cancellation cancellation) {
        return new Call(
                context.getRequestId(), context.getExchangeId(), deadlineOf(context.getDeadlineMs()), cancellation);
    }

    /** When the time is up that a message says it has left; on the ticker. */
    long deadlineOf(int millisLeft) {
        long said = Duration.ofMillis(Integer.toUnsignedLong(millisLeft)).toNanos();
        long time = said == 0 ? mostTime.toNanos() : Math.min(said, mostTime.toNanos());
        return ticker.nanoTime() + time;
    }

    private static Metadata metadata(CallContext context) throws MalformedCallException {
        Map<String, String> texts = context.getMetadataMap();
        if (texts.isEmpty()) {
            return Metadata.empty();
        }
        Map<String, JsonNode> values = HashMap.newHashMap(texts.size());
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            values.put(entry.getKey(), json("metadata " + entry.getKey(), entry.getValue()));
        }
        return Metadata.of(values);
    }

    /** A JSON value; {@code what} names it in the message of the failure, which does not quote it. */
    static JsonNode json(String what, String text) throws MalformedCallException {
        try {
            JsonNode value = JSON.readValue(text);
            if (!value.isMissingNode()) {
                return value;
            }
        } catch (JacksonException malformed) {
            throw new MalformedCallException(what + " is not JSON");
        }
        throw new MalformedCallException(what + " is empty, not JSON");
    }

    private static RequestView view(RequestData data) {
        return data.getAbsent()
                ? RequestView.absentRequest()
                : new RequestView(
                        data.getMethod(),
                        data.getScheme(),
                        octets(data.getAuthority()),
                        octets(data.getPath()),
                        headers(data.getHeadersList()),
                        data.getClientAddress(),
                        data.getAttributesMap(),
                        body(data.getBodyIncluded(), data.getBody()),
                        false);
    }

    private static ResponseView view(ResponseData data) {
        return new ResponseView(
                data.getStatusCode(), headers(data.getHeadersList()), body(data.getBodyIncluded(), data.getBody()));
    }

    private static HeaderMap headers(List<Header> headers) {
        HeaderMap.Builder builder = HeaderMap.builder(headers.size());
        for (Header header : headers) {
            builder.append(header.getName(), octets(header.getValue()));
        }
        return builder.build();
    }

    private static @Nullable Buffer body(boolean included, ByteString bytes) {
        return included ? buffer(bytes) : null;
    }

    /** The same bytes, read-only: nobody changes a body. */
    static Buffer buffer(ByteString bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes.asReadOnlyByteBuffer()));
    }

    private static String octets(ByteString bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
