package io.policyengine.e2e.harness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Single requests to servers of this machine. */
public final class Web {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private Web() {}

    /**
     * What came back.
     *
     * @param status 0 if nothing came back
     * @param headers whatever the case of their names
     */
    public record Answer(int status, Map<String, String> headers, String body) {
        /** A response field; null if it is not there. */
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        /** A field of the request as the upstream saw it, by lower-case name; null if it was not there. */
        public @Nullable String seenUpstream(String name) {
            JsonNode value = JSON.readTree(body).path("headers").get(name);
            return value == null ? null : value.stringValue();
        }

        /** The body. */
        public JsonNode json() {
            return JSON.readTree(body);
        }

        /** The entry of the body. */
        public String code() {
            return JSON.readTree(body).path("code").asString("");
        }
    }

    /** GET. */
    public static Answer get(int port, String path, String... headers) {
        return send("GET", port, path, "", headers);
    }

    /** Any method, with a body, which may be empty. */
    public static Answer send(String method, int port, String path, String content, String... headers) {
        try {
            return answer(HTTP.send(request(method, port, path, content, headers), BodyHandlers.ofString()));
        } catch (IOException e) {
            return broken(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same, without waiting for the answer. It is given up after 15 s. */
    public static CompletableFuture<Answer> start(
            String method, int port, String path, String content, String... headers) {
        return HTTP.sendAsync(request(method, port, path, content, headers), BodyHandlers.ofString())
                .handle((response, failure) -> failure == null ? answer(response) : broken(failure));
    }

    private static HttpRequest request(String method, int port, String path, String content, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, content.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(content))
                .timeout(TIMEOUT);
        return headers.length > 0 ? request.headers(headers).build() : request.build();
    }

    private static Answer answer(HttpResponse<String> response) {
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.headers().map().forEach((name, values) -> fields.put(name, String.join(", ", values)));
        return new Answer(response.statusCode(), fields, response.body());
    }

    private static Answer broken(Throwable failure) {
        return new Answer(0, Map.of(), String.valueOf(failure.getMessage()));
    }
}
