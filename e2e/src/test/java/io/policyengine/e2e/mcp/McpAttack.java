package io.policyengine.e2e.mcp;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Something that a client or a server of MCP tries. The tools {@code read} and {@code report} may be used, and are pinned; the resources below
 * {@code file:///public/} may be read.
 *
 * @param isRequest true if the request is the attack, which must not reach the server; false if the answer is, of which nothing with {@link #MARK}
 *     must reach the client
 * @param headers of the attack, names and values
 */
record McpAttack(String name, boolean isRequest, String method, Buffer body, List<String> headers) {
    /** Stands in each answer that no client must see. */
    static final String MARK = "EVIL";

    static final String READ = """
            {"name":"read","description":"Reads.","inputSchema":{"type":"object"}}""";
    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final String CHANGED = READ.replace("Reads.", "Reads. " + MARK);

    private static McpAttack request(String name, String type, byte[] body, String... more) {
        List<String> headers = new ArrayList<>(List.of("content-type", type));
        headers.addAll(List.of(more));
        return new McpAttack(name, true, "POST", Buffer.buffer(body), headers);
    }

    private static McpAttack request(String name, String body, String... more) {
        return request(name, JSON, utf8(body), more);
    }

    private static McpAttack call(String name, String tool, String... more) {
        return request(name, message("\"id\":1,", "tools/call", "{\"name\":\"" + tool + "\"}"), more);
    }

    private static McpAttack resource(String name, String uri) {
        return request(name, message("\"id\":1,", "resources/read", "{\"uri\":\"" + uri + "\"}"));
    }

    private static McpAttack answer(String name, String type, byte[] body, String... more) {
        List<String> headers = new ArrayList<>(List.of("content-type", type));
        headers.addAll(List.of(more));
        return new McpAttack(name, false, "POST", Buffer.buffer(body), headers);
    }

    private static McpAttack list(String name, String... tools) {
        return answer(name, JSON, utf8(result(tools)));
    }

    private static McpAttack events(String name, String text) {
        return answer(name, EVENTS, utf8(text));
    }

    private static String message(String id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\"," + id + "\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    /** An answer with a list of these tools. */
    static String result(String... tools) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[" + String.join(",", tools) + "]}}";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static List<McpAttack> all() {
        List<McpAttack> all = new ArrayList<>(requests());
        all.addAll(answers());
        return all;
    }

    private static List<McpAttack> requests() {
        String erase = message("\"id\":1,", "tools/call", "{\"name\":\"erase\"}");
        String ping = message("\"id\":2,", "ping", "{}");
        return List.of(
                call("a tool that may not be used", "erase"),
                call("in another case", "ERASE"),
                call("in Cyrillic", "r\u0435ad"),
                call("full width", "\uFF52ead"),
                call("with an invisible character", "read\u200B"),
                call("with a blank", "read "),
                call("escaped", "er\\u0061se"),
                call("renamed, and not pinned", "report"),
                request("the method in another case", erase.replace("tools/call", "Tools/Call")),
                request("the method with a blank", erase.replace("tools/call", "tools/call ")),
                request("the method in full width", erase.replace("tools/call", "tools\uFF0Fcall")),
                request("the method escaped", erase.replace("tools/call", "\\u0074ools\\u002fcall")),
                request("the name twice", message("\"id\":1,", "tools/call", "{\"name\":\"read\",\"name\":\"erase\"}")),
                request(
                        "the name twice, escaped",
                        message("\"id\":1,", "tools/call", "{\"name\":\"read\",\"n\\u0061me\":\"erase\"}")),
                request(
                        "Name beside name",
                        message("\"id\":1,", "tools/call", "{\"name\":\"read\",\"Name\":\"erase\"}")),
                request(
                        "a long s in the name",
                        message(
                                "\"id\":1,",
                                "resources/read",
                                "{\"uri\":\"file:///public/a\",\"ur\u0131\":\"file:///etc\"}")),
                request(
                        "params twice",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"read\"},\"params\":{\"name\":\"erase\"}}"),
                request(
                        "Method beside method",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"Method\":\"tools/call\",\"params\":{\"name\":\"erase\"}}"),
                request("params as a list", message("\"id\":1,", "tools/call", "[\"erase\"]")),
                request("a notification", message("", "tools/call", "{\"name\":\"erase\"}")),
                request("a null id", message("\"id\":null,", "tools/call", "{\"name\":\"erase\"}")),
                request("in a batch", "[" + ping + "," + erase + "]"),
                request("in a batch of notifications", "[" + message("", "tools/call", "{\"name\":\"erase\"}") + "]"),
                request("a batch in a batch", "[[" + erase + "]]"),
                request("a large batch", "[" + (ping + ",").repeat(100) + ping + "]"),
                request("after a harmless message", ping + erase),
                request("in lines", ping + "\n" + erase),
                request("with a byte order mark", "\uFEFF" + erase),
                request("in UTF-16", JSON, erase.getBytes(StandardCharsets.UTF_16LE)),
                request("said to be UTF-7", JSON + "; charset=utf-7", utf8(erase.replace("erase", "read"))),
                request("as a text", "text/plain", utf8(erase)),
                request("as a form", "application/x-www-form-urlencoded", utf8(erase)),
                request("compressed", JSON, gzip(utf8(erase)), "content-encoding", "gzip"),
                request("compressed twice", JSON, gzip(gzip(utf8(erase))), "content-encoding", "gzip, gzip"),
                new McpAttack("by PUT", true, "PUT", Buffer.buffer(utf8(erase)), List.of("content-type", JSON)),
                new McpAttack("by PATCH without a body", true, "PATCH", Buffer.buffer(), List.of()),
                call("a field with another name", "read", "mcp-method", "tools/call", "mcp-name", "erase"),
                call("a field with another method", "read", "mcp-method", "ping"),
                call("two sessions", "read", "mcp-session-id", "a", "mcp-session-id", "b"),
                request("a method that nobody knows", message("\"id\":1,", "admin/reset", "{}")),
                resource("a resource that may not be read", "file:///etc/passwd"),
                resource("a resource above", "file:///public/../etc/passwd"),
                resource("a resource above, encoded", "file:///public/%2e%2e/etc/passwd"),
                resource("a resource above, encoded twice", "file:///public/%252e%252e/etc/passwd"),
                resource("a resource above, by a backslash", "file:///public/..\\\\etc"),
                request(
                        "a completion about a resource",
                        message(
                                "\"id\":1,",
                                "completion/complete",
                                "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"file:///etc/{x}\"}}")),
                request(
                        "a subscription to a resource",
                        message(
                                "\"id\":1,",
                                "subscriptions/listen",
                                "{\"notifications\":{\"resourceSubscriptions\":[\"file:///etc\"]}}")));
    }

    private static List<McpAttack> answers() {
        String changed = result(CHANGED);
        String other = "{\"name\":\"" + MARK + "\"}";
        return List.of(
                list("a changed description", CHANGED),
                list("a changed schema", READ.replace("\"object\"", "\"object\",\"title\":\"" + MARK + "\"")),
                list("a member more", READ.replace("\"name\"", "\"title\":\"" + MARK + "\",\"name\"")),
                list("a new tool", other),
                list(
                        "a tool under a new name",
                        READ.replace("\"read\"", "\"read2\"").replace("Reads.", MARK)),
                list(
                        "a tool in another case",
                        READ.replace("\"read\"", "\"READ\"").replace("Reads.", MARK)),
                list("shadowing: one name twice", READ, CHANGED),
                list("shadowing: one name twice, the other first", CHANGED, READ),
                list("shadowing: in Cyrillic", READ, CHANGED.replace("\"read\"", "\"r\u0435ad\"")),
                list("shadowing: with an invisible character", READ, CHANGED.replace("\"read\"", "\"read\u200B\"")),
                list("a name escaped", CHANGED.replace("\"read\"", "\"\\u0072ead\"")),
                list("Name beside name", READ.replace("\"name\"", "\"Name\":\"" + MARK + "\",\"name\"")),
                answer(
                        "Tools beside tools",
                        JSON,
                        utf8(result().replace("\"result\":{", "\"result\":{\"Tools\":[" + other + "],"))),
                answer(
                        "tools twice",
                        JSON,
                        utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[],\"tools\":[" + other + "]}}")),
                answer(
                        "Result beside result",
                        JSON,
                        utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"Result\":{\"tools\":[" + other + "]}}")),
                answer(
                        "tools as an object",
                        JSON,
                        utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":{\"a\":" + other + "}}}")),
                answer("in a batch", JSON, utf8("[{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}," + changed + "]")),
                answer("on the second page", JSON, utf8(changed.replace("]}}", "],\"nextCursor\":\"3\"}}"))),
                answer("with an error status", JSON, utf8(changed), ":status", "400"),
                answer("as a text", "text/plain", utf8(changed)),
                answer("without JSON's name", "application/octet-stream", utf8(changed)),
                answer("said to be UTF-16", JSON + "; charset=utf-16", utf8(changed)),
                answer("compressed", JSON, gzip(utf8(changed)), "content-encoding", "gzip"),
                answer("with a byte order mark", JSON, utf8("\uFEFF" + changed)),
                answer("with NaN", JSON, utf8(changed.replace("\"id\":1", "\"id\":1,\"x\":NaN"))),
                events("in a stream", "event: message\ndata: " + changed + "\n\n"),
                events(
                        "in a stream, after others",
                        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\ndata: " + changed
                                + "\n\n"),
                events(
                        "in a stream, in lines",
                        "data: " + changed.replace("\"result\"", "\ndata: \"result\"") + "\n\n"),
                events("in a stream with other line ends", "id: 1\r\ndata: " + changed + "\r\n\r\n"),
                events("in a stream with old line ends", "data:" + changed + "\r\r"),
                events("in a stream without an end", "data: " + changed),
                events("in a stream with a byte order mark", "\uFEFFdata: " + changed + "\n\n"),
                events("in a stream, as a field in capitals", "Data: " + changed + "\n\n"),
                events("in a stream, as an address", "event: endpoint\ndata: " + changed + "\n\n"),
                events("in a stream, as another event", "event: other\ndata: " + changed + "\n\n"),
                events("in a stream, in a batch", "data: [" + changed + "]\n\n"),
                events(
                        "in a stream: asking for a sample",
                        "data: {\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"sampling/createMessage\",\"params\":{\"systemPrompt\":\""
                                + MARK + "\"}}\n\n"),
                events(
                        "in a stream: news of a secret resource",
                        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"file:///etc/"
                                + MARK + "\"}}\n\n"),
                answer(
                        "compressed stream",
                        EVENTS,
                        gzip(utf8("data: " + changed + "\n\n")),
                        "content-encoding",
                        "gzip"),
                resumed("in a stream that is resumed", "id: 8\ndata: " + changed + "\n\n"),
                resumed(
                        "in a stream that is resumed, unasked",
                        "data: " + changed.replace("\"id\":1", "\"id\":\"x\"") + "\n\n"));
    }

    private static McpAttack resumed(String name, String text) {
        return new McpAttack(name, false, "GET", Buffer.buffer(utf8(text)), List.of("content-type", EVENTS));
    }
}
