package io.policyengine.admin.harness;

import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer of a kernel's management API. */
public record Answer(
        int status,
        JsonNode body,
        @Nullable String etag,
        @Nullable String challenge) {
    private static final JsonMapper JSON = new JsonMapper();

    /** The header fields of who shows no token. */
    public static final Map<String, String> WITHOUT_TOKEN = Map.of("authorization", "");

    /** What a request is answered, which shows the token of the operators unless it has another, or an empty one: none. */
    public static Answer of(
            KernelHarness kernel, HttpMethod method, String path, @Nullable String body, Map<String, String> headers) {
        return Await.result(asked(kernel, method, path, body, headers));
    }

    /** As {@link #of}, and does not wait. */
    public static Future<Answer> asked(
            KernelHarness kernel, HttpMethod method, String path, @Nullable String body, Map<String, String> headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(kernel.adminPort())
                .setURI(path);
        options.putHeader("authorization", "Bearer " + KernelHarness.TOKEN);
        headers.forEach(options::putHeader);
        if (headers.getOrDefault("authorization", "none").isEmpty()) {
            options.getHeaders().remove("authorization");
        }
        // The body in one step with the request, as in KernelHarness.admin.
        return kernel.client()
                .request(options)
                .compose(request -> request.send(body == null ? Buffer.buffer() : Buffer.buffer(body))
                        .compose(response -> response.body()
                                .map(bytes -> new Answer(
                                        response.statusCode(),
                                        bytes.toString().startsWith("{")
                                                ? JSON.readTree(bytes.getBytes())
                                                : JSON.nullNode(),
                                        response.getHeader("etag"),
                                        response.getHeader("www-authenticate")))));
    }

    /** The text at a pointer of the body. */
    public String text(String pointer) {
        return body.at(pointer).asString();
    }
}
