package io.policyengine.admin.access;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what by the management API of a kernel. */
class ManagementAccessTest {
    private static final String WORKERS = "workers: [ { name: a } ]\n";
    private static final String ROUTES = "routes/routes.yaml";
    private static final String FIRST = route("/first", "[ { policy: one } ]", "[]");
    private static final String OVERRIDE = "/overrides/policy/one";
    private static final String OFF = "{\"mode\": \"off\", \"reason\": \"it is broken\"}";
    private static final String READER = "a-token-of-a-reader";
    private static final String ON_CALL = "a-token-of-who-is-on-call";
    private static final String NO_TOKENS = WORKERS + "observability: { metrics_port: 0 }\n";
    private static final String TOKENS = """
            observability:
              metrics_port: 0
              admin_tokens:
                - { name: reader, role: read, file: tokens/reader }
                - { name: on-call, role: operate, file: tokens/on-call }
                - %s
            """.formatted(KernelHarness.OPERATORS);

    /** Heads that are no requests of this API, or hardly any; a bar stands for the end of a line. */
    private static final List<String> HOSTILE = List.of(
            "GET /%zz HTTP/1.1|Host: localhost",
            "GET /routes/% HTTP/1.1|Host: localhost",
            "GET /routes/%ff%f HTTP/1.1|Host: localhost",
            "GET /routes/%c3%28/plan HTTP/1.1|Host: localhost",
            "PUT /routes/%zz HTTP/1.1|Host: localhost|Content-Length: 2||{}",
            "GET /ui/%zz HTTP/1.1|Host: localhost",
            "GET /config?a=%zz HTTP/1.1|Host: localhost",
            "GET /metrics?%zz HTTP/1.1|Host: localhost",
            "GET /health/live?% HTTP/1.1|Host: localhost",
            "GET ?config HTTP/1.1|Host: localhost",
            "GET config HTTP/1.1|Host: localhost",
            "GET http://localhost/config HTTP/1.1|Host: localhost",
            "GET http://localhost HTTP/1.1|Host: localhost",
            "GET http:// HTTP/1.1|Host: localhost",
            "GET ://%zz HTTP/1.1|Host: localhost",
            "OPTIONS * HTTP/1.1|Host: localhost",
            "CONNECT localhost:1 HTTP/1.1|Host: localhost",
            "GET /con\0fig HTTP/1.1|Host: localhost",
            "GET /config HTTP/1.1|Host: local\0host",
            "GET /config HTTP/1.1|Host: localhost|X-\0: 1",
            "GET /config HTTP/1.1|Host: localhost|X a: 1",
            "GET /config HTTP/1.1|Host: localhost|: 1",
            "GET /config HTTP/1.1|Host: localhost|Host: localhost",
            "GET /config HTTP/1.1|Host: [::1",
            "GET /config HTTP/1.1|X: 1",
            "GET /config HTTP/9.9|Host: localhost",
            "GET /config|Host: localhost",
            "\u0016\u0003\u0001\u0002\0\u0001\0",
            "PRI * HTTP/2.0||SM||",
            "PUT /routes/a HTTP/1.1|Host: localhost|Content-Length: 2|Content-Length: 3||{}",
            "PUT /routes/a HTTP/1.1|Host: localhost|Content-Length: -2||{}",
            "PUT /routes/a HTTP/1.1|Host: localhost|Content-Length: two||{}",
            "PUT /routes/a HTTP/1.1|Host: localhost|Content-Length: 2|Transfer-Encoding: chunked||0||",
            "PUT /routes/a HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||zz|{}|",
            "PUT /routes/a HTTP/1.1|Host: localhost|Transfer-Encoding: gzip||{}",
            "GET /config HTTP/1.1|Host: localhost|Upgrade: websocket|Connection: Upgrade",
            "GET /config HTTP/1.1|Host: localhost|Upgrade: h2c|Connection: Upgrade, HTTP2-Settings|HTTP2-Settings: %%",
            "GET /config HTTP/1.1|Host: localhost|Expect: 200-ok",
            "GET /config HTTP/1.1|Host: localhost|Cookie: =;=;;",
            "GET /config HTTP/1.1|Host: LONG",
            "GET /LONG HTTP/1.1|Host: localhost",
            "GET /LONG%zz HTTP/1.1|Host: localhost");

    private final KernelHarness kernel = ManagedKernels.create();

    @BeforeEach
    void policies() {
        kernel.worker("a").with("one", Policies.request(new SetHeader("x-policy", "one")));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start() {
        kernel.write("tokens/reader", READER + "\n");
        kernel.write("tokens/on-call", "sha256:" + digest(ON_CALL) + "\n");
        kernel.start(WORKERS + TOKENS, FIRST);
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLocalProcessWithoutATokenLooksAndChangesNothing() {
        kernel.start(NO_TOKENS, FIRST);

        assertThat(call(HttpMethod.GET, "/config", null, Answer.WITHOUT_TOKEN).status())
                .isEqualTo(200);
        for (Answer answer : List.of(
                call(HttpMethod.PUT, OVERRIDE, OFF, Answer.WITHOUT_TOKEN),
                call(HttpMethod.DELETE, OVERRIDE, null, Answer.WITHOUT_TOKEN),
                call(HttpMethod.PUT, "/routes/%2Fnew", "{}", Answer.WITHOUT_TOKEN),
                call(HttpMethod.DELETE, "/routes/%2Ffirst", null, Answer.WITHOUT_TOKEN),
                call(HttpMethod.POST, "/config:reload", null, Answer.WITHOUT_TOKEN),
                call(HttpMethod.POST, "/config:validate", "{\"files\": {}}", Answer.WITHOUT_TOKEN),
                call(HttpMethod.POST, "/generations/1:rollback", null, Answer.WITHOUT_TOKEN))) {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.text("/detail")).contains("admin_tokens", "admin_socket_path");
        }
        assertThat(kernel.metric("policy_kernel_config_generation")).isEqualTo(1);
        assertThat(kernel.directory().resolve("overrides.yaml")).doesNotExist();
    }

    @Test
    void aTokenDoesWhatItsRoleSays() {
        start();

        assertThat(as(READER, HttpMethod.GET, "/config", null).status()).isEqualTo(200);
        Answer refused = as(READER, HttpMethod.PUT, OVERRIDE, OFF);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text("/detail"))
                .isEqualTo("the operation needs the role 'operate', but token 'reader' has the role 'read'");
        assertThat(as(ON_CALL, HttpMethod.PUT, OVERRIDE, OFF).status()).isEqualTo(200);
        assertThat(as(ON_CALL, HttpMethod.DELETE, OVERRIDE, null).status()).isEqualTo(200);
        assertThat(as(ON_CALL, HttpMethod.POST, "/config:reload", null).status())
                .isEqualTo(200);
        assertThat(as(ON_CALL, HttpMethod.PUT, "/routes/%2Fnew", "{}").text("/detail"))
                .contains("the role 'write'");
        assertThat(as(KernelHarness.TOKEN, HttpMethod.PUT, "/routes/%2Fnew", "{}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aWrongTokenIsWorseThanNone() {
        start();
        double before = kernel.metric("policy_kernel_admin_refusals_total{reason=\"unauthenticated\"}");

        for (String wrong :
                List.of("Bearer " + READER + "x", "Bearer ", "Basic " + READER, READER, "Bearer " + "x".repeat(4000))) {
            Answer answer = call(HttpMethod.GET, "/config", null, Map.of("authorization", wrong));

            assertThat(answer.status()).as(wrong).isEqualTo(401);
            assertThat(answer.challenge()).isEqualTo("Bearer");
            assertThat(answer.body().toString()).doesNotContain(READER);
        }
        assertThat(kernel.metric("policy_kernel_admin_refusals_total{reason=\"unauthenticated\"}"))
                .isEqualTo(before + 5);
    }

    @Test
    void aTokenThatChangesIsTakenWithoutARestart() throws IOException {
        start();

        Path fresh = Files.writeString(kernel.directory().resolve("tokens/fresh"), "another-token-of-a-reader");
        Files.move(fresh, kernel.directory().resolve("tokens/reader"), StandardCopyOption.REPLACE_EXISTING);

        eventually(200, "another-token-of-a-reader");
        assertThat(as(READER, HttpMethod.GET, "/config", null).status()).isEqualTo(401);
    }

    @Test
    void whileItsFileCannotBeUsedATokenIsNotValidAndReadinessSaysSo() throws IOException {
        start();
        Path file = kernel.directory().resolve("tokens/reader");

        Files.delete(file);
        eventually(401, READER);
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200 ")
                .contains("token 'reader' of the management API is not valid", "does not exist");
        assertThat(as(ON_CALL, HttpMethod.GET, "/config", null).status()).isEqualTo(200);

        kernel.write("tokens/reader", "too short");
        Await.until(() -> kernel.admin("/health/ready").contains("holds neither"));
        assertThat(as("too short", HttpMethod.GET, "/config", null).status()).isEqualTo(401);

        kernel.write("tokens/reader", READER);
        eventually(200, READER);
        assertThat(kernel.admin("/health/ready")).doesNotContain("not valid");
    }

    @Test
    void aRouteCannotBeMadeToShowAToken() {
        start();

        Answer answer = as(KernelHarness.TOKEN, HttpMethod.PUT, "/routes/%2Fnew", """
                {"request_flow": {"policy_chain": [
                  {"policy": "one", "params": {"a": "${file:tokens/reader}", "b": "${file:kernel.yaml}"}}]}}""");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("/detail")).contains("holds a token of the management API", "is a configuration file");
    }

    @Test
    void withTheOneTokenOfAllEvenReadingNeedsIt() {
        kernel.start(WORKERS + "observability: { admin_token: very-secret, metrics_port: 0 }\n", FIRST);

        assertThat(call(HttpMethod.GET, "/config", null, Answer.WITHOUT_TOKEN).status())
                .isEqualTo(401);
        assertThat(as("other", HttpMethod.GET, "/config", null).text("/code")).isEqualTo("unauthenticated");
        assertThat(as("very-secret", HttpMethod.PUT, OVERRIDE, OFF).status()).isEqualTo(200);
        assertThat(kernel.admin("/health/live")).startsWith("200");
    }

    /** A proxy on this machine is a loopback client too, whoever its clients are. */
    @Test
    void onceThereIsATokenReadingNeedsOneOnLoopbackToo() {
        start();

        for (String path : List.of("/config", "/routes", "/exchanges", "/generations", "/stats", "/openapi.json")) {
            Answer answer = call(HttpMethod.GET, path, null, Answer.WITHOUT_TOKEN);

            assertThat(answer.status()).as(path).isEqualTo(401);
            assertThat(answer.challenge()).isEqualTo("Bearer");
            assertThat(answer.text("/detail")).contains("even from this machine", "admin_tokens");
            assertThat(as(READER, HttpMethod.GET, path, null).status()).as(path).isEqualTo(200);
        }
        assertThat(kernel.admin("/health/live")).startsWith("200");
        assertThat(kernel.admin("/health/ready")).startsWith("200");
        assertThat(kernel.admin("/metrics")).startsWith("200");
    }

    @Test
    void aTokenWhoseFileIsGoneOpensNothing() throws IOException {
        start();

        for (String file : List.of("tokens/reader", "tokens/on-call")) {
            Files.delete(kernel.directory().resolve(file));
        }
        eventually(401, READER);

        assertThat(call(HttpMethod.GET, "/config", null, Answer.WITHOUT_TOKEN).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded: for=10.0.0.7",
                "Via: 1.1 proxy",
                "X-Forwarded-For: 127.0.0.1",
                "x-forwarded-proto: https",
                "X-FORWARDED-HOST: localhost",
                "X-Forwarded-Anything:",
                "X-Real-IP: ::1",
                "x-envoy-external-address: 10.0.0.7",
                "CF-Connecting-IP: 10.0.0.7"
            })
    void aForwardedRequestNeverCountsAsLocal(String field, @TempDir Path folder) throws Exception {
        Path socket = folder.resolve("admin.sock");
        kernel.start(WORKERS + "observability: { metrics_port: 0, admin_socket_path: '" + socket + "' }\n", FIRST);
        String request = "GET /config HTTP/1.1\r\nHost: localhost\r\n";

        assertThat(conversation(request + "\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(conversation(request + field + "\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("a proxy forwarded this request");
        String curls = field.endsWith(":") ? field.replace(":", ";") : field;
        assertThat(curl(socket, "-X", "PUT", "-d", OFF, "-H", curls, "http://x" + OVERRIDE))
                .contains("a proxy forwarded this request");
        assertThat(conversation("GET /health/live HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aForwardedRequestWithATokenIsServed() {
        start();

        assertThat(call(
                                HttpMethod.GET,
                                "/config",
                                null,
                                Map.of("authorization", "Bearer " + READER, "x-forwarded-for", "10.0.0.7"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusesAForeignNameForLoopback() {
        kernel.start(NO_TOKENS, FIRST);

        Answer answer = call(HttpMethod.GET, "/config", null, Map.of("host", "attacker.example", "authorization", ""));

        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void refusesWhatIsNoHostAndNoQueryBeforeAnythingElse() {
        kernel.start(NO_TOKENS, FIRST);

        for (String host : List.of(
                "localhost\r\nHost: localhost",
                "localhost@attacker.example",
                "attacker.example@localhost",
                "a:b:c",
                "%00",
                "")) {
            assertThat(conversation("GET /config HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                    .as(host)
                    .containsPattern("^HTTP/1.1 40[03] ")
                    .containsPattern("\"code\" : \"(malformed|forbidden)\"");
        }
        for (String path : List.of("/config?a=%zz", "/overrides/policy/one?token=secret-secret&x=%zz", "/routes/%zz")) {
            assertThat(conversation("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void whatIsNoRequestIsAnsweredOrClosedAndFillsNoLog() {
        kernel.start(WORKERS, FIRST);

        try (CapturedLog vertx = CapturedLog.of("io.vertx");
                CapturedLog netty = CapturedLog.of("io.netty");
                CapturedLog engine = CapturedLog.of("io.policyengine")) {
            for (String head : HOSTILE) {
                String answer =
                        conversation(head.replace("|", "\r\n").replace("LONG", "x".repeat(50_000)) + "\r\n\r\n");

                assertThat(answer).as(head).doesNotContain("\tat ").doesNotStartWith("HTTP/1.1 5");
            }
            assertThat(conversation("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(Stream.of(vertx, netty, engine)
                            .flatMap(log -> log.messages().stream())
                            .filter(line -> line.startsWith("WARN") || line.startsWith("ERROR")))
                    .isEmpty();
        }
    }

    @Test
    void takesNoRequestOfAWebPageWithoutAToken() {
        kernel.start(NO_TOKENS, FIRST);

        for (Map<String, String> page : List.of(
                Map.of("origin", "https://attacker.example", "authorization", ""),
                Map.of("origin", "null", "authorization", ""),
                Map.of("sec-fetch-site", "cross-site", "authorization", ""),
                Map.of("sec-fetch-site", "same-site", "authorization", ""))) {
            for (Answer answer : List.of(
                    call(HttpMethod.GET, "/config", null, page),
                    call(HttpMethod.POST, "/generations/1:rollback", null, page))) {
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.text("/code")).isEqualTo("forbidden");
                assertThat(answer.text("/detail")).contains("web pages", "admin_token");
            }
        }
    }

    @Test
    void takesARequestThatAPersonTypedIntoABrowser() {
        kernel.start(NO_TOKENS, FIRST);

        assertThat(call(HttpMethod.GET, "/config", null, Map.of("sec-fetch-site", "none", "authorization", ""))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void takesARequestOfAWebPageThatShowsAToken() {
        start();

        assertThat(call(
                                HttpMethod.GET,
                                "/config",
                                null,
                                Map.of("authorization", "Bearer " + READER, "origin", "https://console.example"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBodyIsTakenWhateverItIsCalledAndHoweverLongItIs() {
        start();
        String reason = "100 % & more = \\u0041+".repeat(2000);
        String body = "{\"mode\": \"shadow\", \"reason\": \"" + reason + "\"}";

        for (String type :
                List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")) {
            Answer answer = call(
                    HttpMethod.PUT, OVERRIDE, body, Map.of("authorization", "Bearer " + ON_CALL, "content-type", type));

            assertThat(answer.status()).as(type).isEqualTo(200);
        }
        assertThat(as(ON_CALL, HttpMethod.GET, OVERRIDE, null).text("/reason"))
                .isEqualTo("100 % & more = A+".repeat(2000));
    }

    @Test
    void whoMayOnlyOperateCannotFillTheHeap() {
        start();
        String body = "{\"mode\": \"off\", \"y\": [" + "[],".repeat(30_000) + "1]}";

        Answer answer = as(ON_CALL, HttpMethod.PUT, OVERRIDE, body);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text("/detail")).isEqualTo("the body is longer than 65536 bytes");
    }

    @Test
    void bodiesThatAreNotAnsweredYetHaveABoundTogether() throws Exception {
        start();
        int max = (int) Math.min(16 * 1024 * 1024, Runtime.getRuntime().maxMemory() / 128);
        // Kept to the end: Vert.x closes the connections of a client that nobody refers to any more.
        NetClient client = kernel.vertx().createNetClient();
        List<Waiting> waiting = new ArrayList<>(List.of(waiting(client, max), waiting(client, max)));

        Await.until(() -> {
            // A look may have taken the place of the last bytes.
            waiting.replaceAll(each -> each.closed().future().isComplete() ? waiting(client, max) : each);
            return put("no JSON   ").text("/code").equals("busy");
        });
        for (Waiting each : waiting) {
            Await.result(each.socket().close());
        }
        Await.result(client.close());
        Await.until(() -> put("{}        ").status() == 200);
    }

    @Test
    void aRefusedBodyEndsItsConnectionThoughTheRestOfItNeverComes() {
        start();
        NetClient client = kernel.vertx().createNetClient();

        for (String head : List.of(
                "Content-Length: 99999999\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n20000\r\n" + " ".repeat(0x20000) + "\r\n")) {
            NetSocket socket = Await.result(client.connect(kernel.adminPort(), "127.0.0.1"));
            Buffer answer = Buffer.buffer();
            Promise<Void> closed = Promise.promise();
            socket.handler(answer::appendBuffer).closeHandler(_ -> closed.tryComplete());
            Await.result(socket.write("PUT " + OVERRIDE + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + ON_CALL + "\r\n" + head));

            Await.result(closed.future());
            assertThat(answer.toString()).startsWith("HTTP/1.1 413 ");
        }
        Await.result(client.close());
    }

    private Answer put(String body) {
        return as(KernelHarness.TOKEN, HttpMethod.PUT, "/routes/%2Fnew", body);
    }

    /** A request of which the last byte is missing. */
    private record Waiting(NetSocket socket, Promise<Void> closed) {}

    private Waiting waiting(NetClient client, int length) {
        NetSocket socket = Await.result(client.connect(kernel.adminPort(), "127.0.0.1"));
        Promise<Void> closed = Promise.promise();
        socket.closeHandler(_ -> closed.tryComplete());
        String head = "PUT /routes/%2Fnew HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length
                + "\r\nAuthorization: Bearer " + KernelHarness.TOKEN + "\r\n\r\n";
        Await.result(socket.write(head + " ".repeat(length - 1)).otherwiseEmpty());
        return new Waiting(socket, closed);
    }

    @Test
    void whoWaitsForLeaveToSendABodyGetsItOnlyWithAToken() {
        start();

        assertThat(conversation("PUT " + OVERRIDE + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n"
                        + "Expect: 100-continue\r\n\r\n"))
                .startsWith("HTTP/1.1 401 ");
        assertThat(conversation("PUT " + OVERRIDE + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n"
                        + "Authorization: Bearer " + ON_CALL + "\r\nExpect: 100-continue\r\n\r\n"))
                .startsWith("HTTP/1.1 100 ");
        assertThat(conversation("PUT " + OVERRIDE + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n"
                        + "Authorization: Bearer " + ON_CALL + "\r\nExpect: 100-continue\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void whoeverMayOpenTheSocketDoesEverything(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("admin.sock");
        kernel.start(WORKERS + "observability: { metrics_port: 0, admin_socket_path: '" + socket + "' }\n", FIRST);

        String said = curl(socket, "-X", "PUT", "-d", OFF, "http://x" + OVERRIDE);

        assertThat(said).contains("\"status\" : \"success\"");
    }

    @Test
    void twoTokensOfOneNameAreRefused() {
        kernel.start(WORKERS, FIRST);
        kernel.write(
                "kernel.yaml",
                KernelHarness.settings(WORKERS + "observability: { metrics_port: 0, admin_tokens: [ "
                        + KernelHarness.OPERATORS + ", " + KernelHarness.OPERATORS + " ] }\n"));

        assertThat(kernel.reload().problems().toString()).contains("a second token 'operators'");
        assertThat(kernel.read(ROUTES)).isEqualTo(FIRST);
    }

    @Test
    void whatIsNoRequestIsAnsweredOnTheSocketToo(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("admin.sock");
        kernel.start(WORKERS + "observability: { metrics_port: 0, admin_socket_path: '" + socket + "' }\n", FIRST);

        try (CapturedLog log = CapturedLog.of("io")) {
            for (String path : List.of("/config?a=%zz", "/config:reload?a=%zz", "/routes/%zz")) {
                assertThat(curl(socket, "http://x" + path)).as(path).contains("\"code\" : \"malformed\"");
            }
            assertThat(log.messages()).noneMatch(line -> line.startsWith("WARN") || line.startsWith("ERROR"));
        }
    }

    private static String curl(Path socket, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--unix-socket", socket.toString()));
        command.addAll(List.of(arguments));
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(curl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private void eventually(int status, String token) {
        Await.until(() -> as(token, HttpMethod.GET, "/config", null).status() == status);
    }

    private Answer as(String token, HttpMethod method, String path, @Nullable String body) {
        return call(method, path, body, Map.of("authorization", "Bearer " + token));
    }

    private Answer call(HttpMethod method, String path, @Nullable String body, Map<String, String> headers) {
        return Answer.of(kernel, method, path, body, headers);
    }

    /** The first that is answered to these octets; empty if the connection is closed instead. */
    private String conversation(String octets) {
        NetClient client = kernel.vertx().createNetClient();
        NetSocket socket = Await.result(client.connect(kernel.adminPort(), "127.0.0.1"));
        Promise<String> first = Promise.promise();
        socket.handler(chunk -> first.tryComplete(chunk.toString()));
        socket.exceptionHandler(_ -> {}).closeHandler(_ -> first.tryComplete(""));
        // The server may answer, and close, before all is written.
        socket.write(octets);
        String answer = Await.result(first.future());
        // One that nobody refers to would be closed at any time.
        client.close();
        return answer;
    }
}
