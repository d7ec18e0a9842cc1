package io.policyengine.kernel.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import java.util.ArrayList;
import java.util.List;

/** Messages of an Envoy, as a test sends them one by one. */
public final class Messages {
    private Messages() {}

    public static ProcessingRequest headers(BodySendMode mode, String... fields) {
        return headersOn("r", mode, fields);
    }

    public static ProcessingRequest headersOn(String routeName, BodySendMode mode, String... fields) {
        HeaderMap.Builder map = HeaderMap.newBuilder();
        List<String> all =
                new ArrayList<>(List.of(":method", "POST", ":path", "/", ":scheme", "http", ":authority", "a"));
        all.addAll(List.of(fields));
        for (int i = 0; i < all.size(); i += 2) {
            map.addHeaders(
                    HeaderValue.newBuilder().setKey(all.get(i)).setRawValue(ByteString.copyFromUtf8(all.get(i + 1))));
        }
        Struct attributes = Struct.newBuilder()
                .putFields(
                        "xds.route_name",
                        Value.newBuilder().setStringValue(routeName).build())
                .build();
        return ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map))
                .putAttributes("envoy.filters.http.ext_proc", attributes)
                .setProtocolConfig(ProtocolConfiguration.newBuilder().setRequestBodyMode(mode))
                .build();
    }

    public static ProcessingRequest responseHeaders(boolean last) {
        HeaderValue status = HeaderValue.newBuilder()
                .setKey(":status")
                .setRawValue(ByteString.copyFromUtf8("200"))
                .build();
        return ProcessingRequest.newBuilder()
                .setResponseHeaders(HttpHeaders.newBuilder()
                        .setHeaders(HeaderMap.newBuilder().addHeaders(status))
                        .setEndOfStream(last))
                .build();
    }

    public static ProcessingRequest body(String text, boolean last) {
        return ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder()
                        .setBody(ByteString.copyFromUtf8(text))
                        .setEndOfStream(last))
                .build();
    }
}
