package io.policyengine.kernel.remote;

import com.google.protobuf.ByteString;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.Header;
import io.policyengine.proto.worker.v1.QueryParam;
import io.policyengine.proto.worker.v1.RequestData;
import io.policyengine.proto.worker.v1.ResponseData;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;

/** Writes calls. */
final class CallEncoder {
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private CallEncoder() {}

    /**
     * An encoded request call.
     *
     * @param streamsBody whether the body comes in pieces afterwards
     * @param query whether it tells the parameters of the query
     */
    static ByteString request(RequestCall call, boolean streamsBody, boolean query, long now) {
        return io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(
                        context(call.call(), call.chainId(), call.firstEntry(), call.endEntry(), call.metadata(), now)
                                .setStreamsBody(streamsBody))
                .setRequest(data(call.request(), query))
                .build()
                .toByteString();
    }

    /** An encoded response call; see {@link #request}. */
    static ByteString response(ResponseCall call, boolean streamsBody, boolean query, long now) {
        return io.policyengine.proto.worker.v1.ResponseCall.newBuilder()
                .setContext(
                        context(call.call(), call.chainId(), call.firstEntry(), call.endEntry(), call.metadata(), now)
                                .setStreamsBody(streamsBody))
                .setResponse(data(call.response()))
                .setRequest(data(call.request(), query))
                .setOriginalRequest(data(call.originalRequest(), query))
                .build()
                .toByteString();
    }

    private static CallContext.Builder context(Call call, long chain, int first, int end, Metadata metadata, long now) {
        CallContext.Builder context = CallContext.newBuilder()
                .setRequestId(call.requestId())
                .setExchangeId(call.exchangeId())
                .setDeadlineMs(millisLeft(call.deadlineNanos() - now))
                .setChainId(chain)
                .setFirstEntry(first)
                .setEndEntry(end);
        metadata.values().forEach((key, value) -> context.putMetadata(key, value.toString()));
        return context;
    }

    /** Time that is left, rounded up: 0 would say that there is no deadline. */
    static int millisLeft(long nanos) {
        long millis = (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        return Math.clamp(millis, 1, Integer.MAX_VALUE);
    }

    static io.policyengine.proto.worker.v1.ExchangeEnd end(ExchangeEnd end) {
        return io.policyengine.proto.worker.v1.ExchangeEnd.newBuilder()
                .setExchangeId(end.exchangeId())
                .setStatusCode(end.status())
                .setAborted(end.aborted())
                .setDeniedBy(end.deniedBy() == null ? "" : end.deniedBy())
                .build();
    }

    private static RequestData data(RequestView view, boolean query) {
        if (view.absent()) {
            return RequestData.newBuilder().setAbsent(true).build();
        }
        RequestData.Builder data = RequestData.newBuilder()
                .setMethod(view.method())
                .setScheme(view.scheme())
                .setAuthority(Wire.octets(view.authority()))
                .setPath(Wire.octets(view.path()))
                .setClientAddress(view.clientAddress())
                .putAllAttributes(view.attributes());
        view.headers().forEach((name, value) -> data.addHeaders(header(name, value)));
        if (query) {
            QueryString.parameters(view.path())
                    .forEach(parameter -> data.addQuery(QueryParam.newBuilder()
                            .setName(Wire.octets(parameter.name()))
                            .setValue(Wire.octets(parameter.value()))));
        }
        Buffer body = view.body();
        if (body != null) {
            data.setBodyIncluded(true).setBody(Wire.bytes(body));
        }
        return data.build();
    }

    private static ResponseData data(ResponseView view) {
        ResponseData.Builder data = ResponseData.newBuilder().setStatusCode(view.status());
        HeaderMap headers = view.headers();
        headers.forEach((name, value) -> data.addHeaders(header(name, value)));
        Buffer body = view.body();
        if (body != null) {
            data.setBodyIncluded(true).setBody(Wire.bytes(body));
        }
        return data.build();
    }

    private static Header header(String name, String value) {
        return Header.newBuilder().setName(name).setValue(Wire.octets(value)).build();
    }
}
