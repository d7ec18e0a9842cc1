package io.policyengine.app.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.policies.ai.shared.mcp.ToolLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class McpLockTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ADD = """
            {"name":"add","description":"Adds.","inputSchema":{"type":"object"}}""";
    private static final String PAY = """
            {"name":"pay","description":"Pays.","inputSchema":{"type":"object"}}""";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private volatile List<String> pages = List.of(ADD, PAY);
    private volatile boolean streams;
    private volatile boolean hasSessions = true;
    private HttpServer server;

    McpLockTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.createContext("/mcp", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** A page of one tool each. */
    private void answer(HttpExchange exchange) throws IOException {
        JsonNode message = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String method = message.path("method").asString(exchange.getRequestMethod());
        seen.add(method + " " + exchange.getRequestHeaders().getFirst("authorization") + " "
                + exchange.getRequestHeaders().getFirst("mcp-session-id") + " "
                + exchange.getRequestHeaders().getFirst("mcp-method"));
        JsonNode id = message.path("id");
        switch (method) {
            case "initialize" -> {
                exchange.getResponseHeaders().set("Mcp-Session-Id", "s1");
                send(
                        exchange,
                        hasSessions
                                ? "{\"jsonrpc\":\"2.0\",\"id\":" + id
                                        + ",\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}}}"
                                : "{\"jsonrpc\":\"2.0\",\"id\":" + id
                                        + ",\"error\":{\"code\":-32601,\"message\":\"no such method\"}}");
            }
            case "tools/list" -> {
                int page =
                        Integer.parseInt(message.path("params").path("cursor").asString("0"));
                String next = page + 1 < pages.size() ? ",\"nextCursor\":\"" + (page + 1) + "\"" : "";
                send(
                        exchange,
                        "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"tools\":[" + pages.get(page) + "]" + next
                                + "}}");
            }
            default -> exchange.sendResponseHeaders(202, -1);
        }
        exchange.close();
    }

    private void send(HttpExchange exchange, String text) throws IOException {
        String other = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n";
        byte[] body = (streams ? other + "id: 1\ndata: " + text + "\n\n" : text).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", streams ? "text/event-stream" : "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private int run(String... arguments) {
        McpLock command = new McpLock(
                new PrintWriter(out, true),
                name -> name.equals("MCP_AUTHORIZATION") ? Optional.of("Bearer secret") : Optional.empty());
        CommandLine line = new CommandLine(command);
        List<String> all = new ArrayList<>(
                List.of("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp", "--file", lock().toString()));
        all.addAll(List.of(arguments));
        line.parseArgs(all.toArray(String[]::new));
        return command.call();
    }

    private Path lock() {
        return folder.resolve("mcp.lock");
    }

    @Test
    void writesTheToolsOfAllPagesSortedInASessionThatItEnds() throws Exception {
        pages = List.of(PAY, ADD);

        assertThat(run()).isZero();

        assertThat(ToolLock.parse(Files.readString(lock())).tools().keySet()).containsExactly("add", "pay");
        assertThat(Files.readString(lock()))
                .contains("\"add\": \"sha256:721f6e658ca53e1b1b89cd7e9d2d73559454103c810d0fa15abf7dc2b3b7fc7f\"");
        assertThat(seen)
                .containsExactly(
                        "initialize Bearer secret null null",
                        "notifications/initialized Bearer secret s1 null",
                        "tools/list Bearer secret s1 null",
                        "tools/list Bearer secret s1 null",
                        "DELETE Bearer secret s1 null");
        assertThat(out.toString()).contains("2 tools").doesNotContain("secret");
    }

    @Test
    void readsStreamsOfEventsAndWritesTheSame() throws Exception {
        run();
        String asJson = Files.readString(lock());
        streams = true;

        assertThat(run()).isZero();

        assertThat(Files.readString(lock())).isEqualTo(asJson);
    }

    @Test
    void asksAServerWithoutSessionsAsItsRevisionHasIt() {
        hasSessions = false;

        assertThat(run()).isZero();

        assertThat(seen).anyMatch(line -> line.startsWith("tools/list") && line.endsWith("tools/list"));
    }

    @Test
    void saysWhatHasChanged() {
        run();
        assertThat(run("--check")).isZero();
        assertThat(out.toString()).contains("2 tools, unchanged");
        pages = List.of(PAY.replace("Pays.", "Pays me."), "{\"name\":\"more\"}");

        assertThat(run("--check")).isEqualTo(1);

        assertThat(out.toString()).contains("add: gone", "pay: changed", "more: new", "3 of 3 tools differ");
    }

    @Test
    void refusesToolsThatCannotBeToldApart() {
        pages = List.of(ADD, ADD);

        assertThatThrownBy(this::run).isInstanceOf(CommandFailure.class).hasMessageContaining("two tools");
        assertThat(lock()).doesNotExist();
    }

    @Test
    void refusesAnAnswerThatMayBeReadInTwoWays() {
        pages = List.of("{\"name\":\"a\",\"name\":\"b\"}");

        assertThatThrownBy(this::run)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("duplicate name")
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesPagesWithoutEnd() {
        pages = Collections.nCopies(2_000, "{\"name\":\"a\"}");

        assertThatThrownBy(this::run).isInstanceOf(CommandFailure.class).hasMessageContaining("pages");
    }

    @Test
    void waitsForNoPipeInThePlaceOfTheFileThatItWritesFirst() throws Exception {
        Path unfinished = folder.resolve("mcp.lock.new");
        assertThat(new ProcessBuilder("mkfifo", unfinished.toString()).start().waitFor(Duration.ofSeconds(30)))
                .isTrue();

        assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> assertThat(run()).isZero());

        assertThat(lock()).isRegularFile();
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void asksNoServerWhereTheFileIsNone() throws Exception {
        Files.createDirectory(lock());

        assertThatThrownBy(this::run).isInstanceOf(CommandFailure.class).hasMessageContaining("is not a regular file");
        assertThat(seen).isEmpty();
    }

    @Test
    void saysThatTheFileIsMissing() {
        assertThatThrownBy(() -> run("--check"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("does not exist");
    }
}
