package io.policyengine.testkit.envoy;

import com.google.protobuf.ByteString;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.envoy.model.HttpPart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response, as sent by the upstream or as received by the client.
 *
 * @param status 0 if no response arrived
 * @param headers without pseudo headers
 * @param body the chunks; empty if the headers end the response
 * @param trailers null if absent
 */
public record SimResponse(
        int status,
        HeaderMap headers,
        List<ByteString> body,
        @Nullable HeaderMap trailers) {

    public SimResponse {
        body = List.copyOf(body);
    }

    /** Returns a response with these chunks in UTF-8 and without content-length. */
    public static SimResponse of(int status, String... chunks) {
        return new SimResponse(status, HeaderMap.empty(), chunks(chunks), null);
    }

    /** Returns a copy with an additional header. */
    public SimResponse withHeader(String name, String value) {
        return new SimResponse(status, headers.toBuilder().append(name, value).build(), body, trailers);
    }

    /** Returns a copy with the content-length of the body. */
    public SimResponse withContentLength() {
        return withHeader("content-length", Integer.toString(bodyBytes().size()));
    }

    /** Returns a copy with trailers of alternating names and values. */
    public SimResponse withTrailers(String... namesAndValues) {
        return new SimResponse(status, headers, body, HeaderMap.of(namesAndValues));
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
        HeaderMap.Builder fields = HeaderMap.builder(headers.size() + 1).append(":status", Integer.toString(status));
        headers.forEach(fields::append);
        return parts(fields.build(), body, trailers);
    }

    static List<ByteString> chunks(String... texts) {
        return Arrays.stream(texts).map(ByteString::copyFromUtf8).toList();
    }

    static List<HttpPart> parts(HeaderMap fields, List<ByteString> body, @Nullable HeaderMap trailers) {
        List<HttpPart> parts = new ArrayList<>();
        parts.add(new HttpPart.Headers(fields, body.isEmpty() && trailers == null));
        for (int i = 0; i < body.size(); i++) {
            parts.add(new HttpPart.Data(body.get(i), trailers == null && i == body.size() - 1));
        }
        if (trailers != null) {
            parts.add(new HttpPart.Trailers(trailers));
        }
        return parts;
    }
}
