package io.policyengine.app.mcp;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcFault;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client that lists the tools of an MCP server over Streamable HTTP. It uses a session with protocol revisions up to
 * 2025-11-25, but not with revision 2026-07-28. Time, pages, tools and bytes are bounded.
 */
final class McpClient implements AutoCloseable {
    private static final String WITH_SESSION = "2025-11-25";
    private static final String WITHOUT_SESSION = "2026-07-28";
    private static final String META = "io.modelcontextprotocol/";
    private static final String LIST = "tools/list";

    /** Maximum size of a response that is read from an MCP server, in bytes. */
    private static final int MAX_BYTES = 16 << 20;

    /** Maximum number of pages that are read from an MCP server's list of tools. */
    private static final int MAX_PAGES = 1_000;

    /** Maximum number of tools that are read from an MCP server. */
    private static final int MAX_TOOLS = 10_000;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final URI uri;
    private final Optional<String> authorization;
    private final Duration timeout;
    private Optional<String> session = Optional.empty();
    private Optional<String> version = Optional.empty();
    private boolean isStateless;
    private long lastId;

    /**
     * Creates a client. {@code authorization} is a secret. The timeout applies to each request together with its
     * answer.
     */
    McpClient(URI uri, Optional<String> authorization, Duration timeout) {
        this.uri = uri;
        this.authorization = authorization;
        this.timeout = timeout;
    }

    /** Returns the definitions of all tools, which are read page by page. Failures never contain secrets. */
    List<JsonNode> toolsBlocking() {
        greetBlocking();
        List<JsonNode> tools = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        for (int page = 0; page < MAX_PAGES; page++) {
            ObjectNode params = JsonNodeFactory.instance.objectNode();
            cursor.ifPresent(value -> params.put("cursor", value));
            JsonNode result = resultBlocking(LIST, params);
            if (!result.path("tools").isArray()) {
                throw CommandFailure.failed("the server's answer to tools/list has no array 'tools'");
            }
            result.path("tools").forEach(tools::add);
            if (tools.size() > MAX_TOOLS) {
                throw CommandFailure.failed("the server has more than " + MAX_TOOLS + " tools");
            }
            JsonNode next = result.path("nextCursor");
            if (!next.isString()) {
                return tools;
            }
            cursor = Optional.of(next.stringValue());
        }
        throw CommandFailure.failed("the server's list of tools has more than " + MAX_PAGES + " pages");
    }

    private void greetBlocking() {
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("protocolVersion", WITH_SESSION);
        params.putObject("capabilities");
        params.set("clientInfo", clientInfo());
        JsonRpcMessage answer = askBlocking("initialize", params);
        if (answer instanceof JsonRpcMessage.Result(var _, JsonNode result)) {
            version = Optional.of(result.path("protocolVersion").asString(WITH_SESSION));
            sendBlocking(
                    request(
                            message("notifications/initialized", JsonNodeFactory.instance.objectNode()),
                            Optional.empty()),
                    McpClient::discarded);
            return;
        }
        isStateless = true;
        version = Optional.of(WITHOUT_SESSION);
    }

    private static ObjectNode clientInfo() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", "policy-engine")
                .put("version", "1");
    }

    private JsonNode resultBlocking(String method, ObjectNode params) {
        if (isStateless) {
            ObjectNode meta = params.putObject("_meta");
            meta.put(META + "protocolVersion", WITHOUT_SESSION).set(META + "clientInfo", clientInfo());
            meta.putObject(META + "clientCapabilities");
        }
        return switch (askBlocking(method, params)) {
            case JsonRpcMessage.Result(var _, JsonNode result) -> result;
            case JsonRpcMessage.Failure(var _, JsonNode error) ->
                throw CommandFailure.failed(
                        method + " was refused: " + error.path("message").asString("without a reason"));
            case JsonRpcMessage.Call _ ->
                throw CommandFailure.failed(method + " was answered with a request instead of a response");
        };
    }

    private static ObjectNode message(String method, ObjectNode params) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("jsonrpc", JsonRpcMessage.VERSION);
        message.put("method", method).set("params", params);
        return message;
    }

    private JsonRpcMessage askBlocking(String method, ObjectNode params) {
        long id = ++lastId;
        return sendBlocking(request(message(method, params).put("id", id), Optional.of(method)), response -> {
            session = response.headers().firstValue("mcp-session-id").or(() -> session);
            String type = response.headers().firstValue("content-type").orElse("");
            try {
                return McpAnswer.readBlocking(response.body(), type, id, MAX_BYTES);
            } catch (IOException | JsonRpcFault unreadable) {
                throw new CompletionException(
                        "status " + response.statusCode() + ": " + unreadable.getMessage(), unreadable);
            }
        });
    }

    private HttpRequest request(ObjectNode message, Optional<String> mirrored) {
        HttpRequest.Builder request = fields(HttpRequest.newBuilder(uri))
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(message.toString()));
        if (isStateless) {
            mirrored.ifPresent(method -> request.header("mcp-method", method));
        }
        return request.build();
    }

    private HttpRequest.Builder fields(HttpRequest.Builder request) {
        authorization.ifPresent(value -> request.header("authorization", value));
        session.ifPresent(value -> request.header("mcp-session-id", value));
        version.ifPresent(value -> request.header("mcp-protocol-version", value));
        return request.timeout(timeout);
    }

    /** Sends a request and reads the answer, both within the timeout. */
    private <T> T sendBlocking(HttpRequest request, Function<HttpResponse<InputStream>, T> read) {
        try {
            return http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                    .thenApply(read)
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw CommandFailure.failed(uri + " has not answered within " + timeout.toSeconds() + " s");
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw CommandFailure.failed(uri + ": the request failed: " + cause.getMessage());
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }

    private static int discarded(HttpResponse<InputStream> response) {
        try {
            response.body().close();
            return response.statusCode();
        } catch (IOException gone) {
            throw new CompletionException(gone.getMessage(), gone);
        }
    }

    @Override
    public void close() {
        if (session.isPresent()) {
            sendBlocking(fields(HttpRequest.newBuilder(uri)).DELETE().build(), McpClient::discarded);
        }
        http.shutdownNow();
    }
}
