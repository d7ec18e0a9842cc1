package io.policyengine.testkit.envoy;

import com.google.protobuf.ByteString;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.envoy.model.HttpPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request, as sent by the client or as received by the upstream.
 *
 * @param headers without pseudo headers
 * @param body the chunks as they arrive; empty if the headers end the request
 * @param trailers null if absent
 */
public record SimRequest(
        String method,
        String scheme,
        String authority,
        String path,
        HeaderMap headers,
        List<ByteString> body,
        @Nullable HeaderMap trailers) {

    public SimRequest {
        body = List.copyOf(body);
    }

    /** Returns a GET request for the path at {@code http://example.com}, with alternating header names and values. */
    public static SimRequest get(String path, String... headers) {
        return new SimRequest("GET", "http", "example.com", path, HeaderMap.of(headers), List.of(), null);
    }

    /** Returns a POST request with these chunks in UTF-8 and without content-length. */
    public static SimRequest post(String path, String... chunks) {
        return new SimRequest("POST", "http", "example.com", path, HeaderMap.empty(), SimResponse.chunks(chunks), null);
    }

    public SimRequest withMethod(String method) {
        return new SimRequest(method, scheme, authority, path, headers, body, trailers);
    }

    /** Returns a copy with an additional header. */
    public SimRequest withHeader(String name, String value) {
        HeaderMap more = headers.toBuilder().append(name, value).build();
        return new SimRequest(method, scheme, authority, path, more, body, trailers);
    }

    /** Returns a copy with the content-length of the body. */
    public SimRequest withContentLength() {
        return withHeader("content-length", Integer.toString(bodyBytes().size()));
    }

    public SimRequest withBody(List<ByteString> chunks) {
        return new SimRequest(method, scheme, authority, path, headers, chunks, trailers);
    }

    /** Returns a copy with trailers of alternating names and values. */
    public SimRequest withTrailers(String... namesAndValues) {
        return new SimRequest(method, scheme, authority, path, headers, body, HeaderMap.of(namesAndValues));
    }

    /** Returns the first value of the header, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** Returns the body: the concatenated chunks. */
    public ByteString bodyBytes() {
        return body.stream().reduce(ByteString.EMPTY, ByteString::concat);
    }

    /** Returns the body as UTF-8 text. */
    public String bodyText() {
        return bodyBytes().toStringUtf8();
    }

    List<HttpPart> parts() {
        HeaderMap.Builder fields = HeaderMap.builder(headers.size() + 4)
                .append(":method", method)
                .append(":path", path)
                .append(":scheme", scheme)
                .append(":authority", authority);
        headers.forEach(fields::append);
        return SimResponse.parts(fields.build(), body, trailers);
    }
}
