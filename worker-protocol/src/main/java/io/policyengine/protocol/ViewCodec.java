package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.proto.worker.v1.Header;
import io.policyengine.proto.worker.v1.QueryParam;
import io.policyengine.proto.worker.v1.RequestData;
import io.policyengine.proto.worker.v1.ResponseData;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes the HTTP requests and responses that calls contain. */
final class ViewCodec {
    private ViewCodec() {}

    /**
     * Encodes a request.
     *
     * @param query whether the parameters of the query are included, for a worker that does not parse the path
     */
    static RequestData encode(RequestView view, boolean query) {
        if (view.absent()) {
            return RequestData.newBuilder().setAbsent(true).build();
        }
        RequestData.Builder data = RequestData.newBuilder()
                .setMethod(view.method())
                .setScheme(view.scheme())
                .setAuthority(WireBytes.octets(view.authority()))
                .setPath(WireBytes.octets(view.rawPath()))
                .setClientAddress(view.clientAddress())
                .putAllAttributes(view.attributes());
        view.headers().forEach((name, value) -> data.addHeaders(header(name, value)));
        if (query) {
            QueryString.parameters(view.rawPath())
                    .forEach(parameter -> data.addQuery(QueryParam.newBuilder()
                            .setName(WireBytes.octets(parameter.name()))
                            .setValue(WireBytes.octets(parameter.value()))));
        }
        Buffer body = view.body();
        if (body != null) {
            data.setBodyIncluded(true).setBody(WireBytes.bytes(body));
        }
        return data.build();
    }

    /** Decodes a request. The query parameters are ignored, because the path contains them. */
    static RequestView decode(RequestData data) {
        return data.getAbsent()
                ? RequestView.absentRequest()
                : new RequestView(
                        data.getMethod(),
                        data.getScheme(),
                        WireBytes.octets(data.getAuthority()),
                        WireBytes.octets(data.getPath()),
                        headers(data.getHeadersList()),
                        data.getClientAddress(),
                        data.getAttributesMap(),
                        body(data.getBodyIncluded(), data.getBody()),
                        false);
    }

    static ResponseData encode(ResponseView view) {
        ResponseData.Builder data = ResponseData.newBuilder().setStatusCode(view.status());
        view.headers().forEach((name, value) -> data.addHeaders(header(name, value)));
        Buffer body = view.body();
        if (body != null) {
            data.setBodyIncluded(true).setBody(WireBytes.bytes(body));
        }
        return data.build();
    }

    static ResponseView decode(ResponseData data) {
        return new ResponseView(
                data.getStatusCode(), headers(data.getHeadersList()), body(data.getBodyIncluded(), data.getBody()));
    }

    private static @Nullable Buffer body(boolean included, ByteString bytes) {
        return included ? WireBytes.buffer(bytes) : null;
    }

    static Header header(String name, String value) {
        return Header.newBuilder()
                .setName(name)
                .setValue(WireBytes.octets(value))
                .build();
    }

    static HeaderMap headers(List<Header> wire) {
        HeaderMap.Builder headers = HeaderMap.builder(wire.size());
        for (Header header : wire) {
            headers.append(header.getName(), WireBytes.octets(header.getValue()));
        }
        return headers.build();
    }
}
