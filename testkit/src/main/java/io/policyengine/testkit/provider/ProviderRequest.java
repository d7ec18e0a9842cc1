package io.policyengine.testkit.provider;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request to the fake provider, read as the most lenient server would read it.
 *
 * @param path the decoded path in lower case, without doubled or trailing slashes
 * @param model the model in the path; empty if absent
 * @param api the requested API; empty if unknown
 * @param body the body; a missing node if absent
 * @param streamed true if the response is streamed
 * @param sse true if a stream consists of Server-Sent Events
 */
record ProviderRequest(
        String path, String model, Optional<ProviderApi> api, JsonNode body, boolean streamed, boolean sse) {
    /**
     * Reads a request.
     *
     * @throws IllegalArgumentException if the path has invalid percent-encoding, or the body is not valid gzip
     * @throws tools.jackson.core.JacksonException if the body is not JSON
     */
    static ProviderRequest of(HttpServerRequest request, Buffer octets) {
        String decoded = URLDecoder.decode(Optional.ofNullable(request.path()).orElse("/"), StandardCharsets.UTF_8);
        String slashes = decoded.replaceAll("/+", "/");
        String named = slashes.endsWith("/") ? slashes.substring(0, slashes.length() - 1) : slashes;
        String path = named.toLowerCase(Locale.ROOT);
        Optional<ProviderApi> api = ProviderApi.of(path);
        JsonNode body = Json.LENIENT.readTree(opened(request.getHeader("content-encoding"), octets.getBytes()));
        boolean streamed = api.isPresent()
                && switch (api.get()) {
                    case OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC ->
                        body.path("stream").asBoolean(false);
                    case GEMINI -> path.endsWith(":streamgeneratecontent");
                    case BEDROCK -> path.endsWith("-stream");
                };
        boolean sse = "sse".equals(request.getParam("alt"));
        return new ProviderRequest(path, model(named), api, body, streamed, sse);
    }

    private static byte[] opened(@Nullable String coding, byte[] octets) {
        if (!"gzip".equals(coding)) {
            return octets;
        }
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(octets))) {
            return gzip.readAllBytes();
        } catch (IOException broken) {
            throw new IllegalArgumentException(broken);
        }
    }

    private static String model(String path) {
        String marked = path.contains("/models/") ? "/models/" : "/model/";
        int at = path.indexOf(marked);
        int end = path.lastIndexOf(marked.equals("/models/") ? ':' : '/');
        return at < 0 || end < at + marked.length() ? "" : path.substring(at + marked.length(), end);
    }

    ModelAnswer answer(AnswerScript script) {
        return ModelAnswer.of(body, model, sse, script);
    }
}
