package io.policyengine.kernel.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages of an Envoy whose body modes are NONE, one by one. */
public final class RawMessages {
    private RawMessages() {}

    /** A POST that has a body. */
    public static ProcessingRequest.Builder request(String route, String... fields) {
        return request("POST", route, fields);
    }

    /** A request that may have a body. */
    public static ProcessingRequest.Builder request(String method, String route, String[] fields) {
        List<String> all =
                new ArrayList<>(List.of(":method", method, ":path", "/", ":scheme", "http", ":authority", "a"));
        all.addAll(List.of(fields));
        return ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map(all)))
                .putAttributes("envoy.filters.http.ext_proc", attribute("xds.route_name", route))
                .setProtocolConfig(ProtocolConfiguration.getDefaultInstance());
    }

    /** A response of an upstream, by an Envoy that tells so. */
    public static ProcessingRequest response(String status, String... fields) {
        return answer("via_upstream", status, fields);
    }

    /**
     * A response.
     *
     * @param details of which Envoy tells how it came about; null if it does not
     */
    public static ProcessingRequest answer(@Nullable String details, String status, String... fields) {
        List<String> all = new ArrayList<>(List.of(":status", status));
        all.addAll(List.of(fields));
        ProcessingRequest.Builder answer = ProcessingRequest.newBuilder()
                .setResponseHeaders(HttpHeaders.newBuilder().setHeaders(map(all)));
        if (details != null) {
            answer.putAttributes("envoy.filters.http.ext_proc", attribute("response.code_details", details));
        }
        return answer.build();
    }

    /** A chunk of the request's body, not the last. */
    public static ProcessingRequest requestChunk(String text) {
        return ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder().setBody(ByteString.copyFromUtf8(text)))
                .build();
    }

    public static ProcessingRequest responseTrailers() {
        return ProcessingRequest.newBuilder()
                .setResponseTrailers(HttpTrailers.getDefaultInstance())
                .build();
    }

    public static ProcessingRequest requestTrailers() {
        return ProcessingRequest.newBuilder()
                .setRequestTrailers(HttpTrailers.getDefaultInstance())
                .build();
    }

    private static HeaderMap map(List<String> fields) {
        HeaderMap.Builder map = HeaderMap.newBuilder();
        for (int i = 0; i < fields.size(); i += 2) {
            map.addHeaders(HeaderValue.newBuilder()
                    .setKey(fields.get(i))
                    .setRawValue(ByteString.copyFromUtf8(fields.get(i + 1))));
        }
        return map.build();
    }

    private static Struct attribute(String name, String value) {
        return Struct.newBuilder()
                .putFields(name, Value.newBuilder().setStringValue(value).build())
                .build();
    }
}
