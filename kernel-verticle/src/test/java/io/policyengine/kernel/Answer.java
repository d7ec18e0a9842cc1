package io.policyengine.kernel;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer of a kernel's management API. */
record Answer(int status, JsonNode body, @Nullable String etag) {
    private static final JsonMapper JSON = new JsonMapper();

    /** What a request is answered. */
    static Answer of(
            KernelHarness kernel, HttpMethod method, String path, @Nullable String body, Map<String, String> headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(kernel.adminPort())
                .setURI(path);
        headers.forEach(options::putHeader);
        // The body in one step with the request, as in KernelHarness.admin.
        return KernelHarness.await(kernel.client()
                .request(options)
                .compose(request -> request.send(body == null ? Buffer.buffer() : Buffer.buffer(body))
                        .compose(response -> response.body()
                                .map(bytes -> new Answer(
                                        response.statusCode(),
                                        bytes.toString().startsWith("{")
                                                ? JSON.readTree(bytes.getBytes())
                                                : JSON.nullNode(),
                                        response.getHeader("etag"))))));
    }

    /** The text at a pointer of the body. */
    String text(String pointer) {
        return body.at(pointer).asString();
    }
}
