package io.policyengine.app.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response of the demo's upstream to matching requests.
 *
 * @param method of the requests; null: any
 * @param path of the requests, without the query
 * @param status 200 by default
 * @param body the content
 * @param chunks the content in pieces that are sent separately, instead of {@code body}
 * @param pauseMs milliseconds between two chunks
 */
record UpstreamAnswer(
        @Nullable String method,
        @JsonProperty(required = true) String path,
        @Nullable Integer status,
        @Nullable Map<String, String> headers,
        @Nullable String body,
        @Nullable List<String> chunks,
        long pauseMs) {
    private static final int OK = 200;

    UpstreamAnswer {
        if (body != null && chunks != null) {
            throw new IllegalArgumentException("an answer has either a body or chunks");
        }
        headers = headers == null ? Map.of() : Map.copyOf(headers);
        chunks = chunks == null ? List.of() : List.copyOf(chunks);
    }

    static UpstreamAnswer events(String path, List<String> chunks, long pauseMs) {
        return new UpstreamAnswer(null, path, null, Map.of("content-type", "text/event-stream"), null, chunks, pauseMs);
    }

    boolean isFor(String askedMethod, String askedPath) {
        return path.equals(askedPath) && (method == null || method.equals(askedMethod));
    }

    int code() {
        return status == null ? OK : status;
    }

    List<String> pieces() {
        if (body != null) {
            return List.of(body);
        }
        return chunks == null ? List.of() : chunks;
    }
}
