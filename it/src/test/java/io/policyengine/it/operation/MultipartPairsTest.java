package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.format.HostileMultipart;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pairs of the policies that read multipart, in one chain of a whole engine: a body that one of them rejects alone does not pass both, whatever
 * their order and whatever the first does on failure, and one that each lets pass alone passes both. In the gate each hostile framing meets a
 * twenty-fourth of the pairs, each another one; nightly all.
 */
class MultipartPairsTest {
    private static final int NTH = Boolean.getBoolean("tests.all") ? 1 : 24;
    private static final String FINE = "{\"query\": \"{a}\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final List<String> ON_FAILURE = List.of("continue", "skip_remaining");
    private static final String API = """
            openapi: 3.1.0
            paths:
              /a:
                post:
                  requestBody:
                    content:
                      multipart/form-data:
                        schema: { type: object, properties: { operations: { type: string, maxLength: 40 } } }
            """;

    @TempDir
    Path directory;

    /** The policies, each with the content of a part that it rejects. */
    private enum Reader {
        CONTENT_FILTER("contentFilter", "{ words: [ forbidden ] }", "{\"query\": \"{forbidden}\"}"),
        JSON_THREAT_PROTECTION(
                "jsonThreatProtection", "{ max_depth: 2 }", "{\"query\": \"{a}\", \"variables\": {\"a\": [1]}}"),
        XML_THREAT_PROTECTION("xmlThreatProtection", "{ max_depth: 2 }", "<a><b><c/></b></a>"),
        VIRUS_SCAN(
                "virusScan",
                "{ scanner: clamd, address: '127.0.0.1:PORT', timeout_ms: 9000 }",
                "{\"query\": \"{MALICE}\"}"),
        REQUEST_VALIDATION(
                "requestValidation",
                "{ openapi_file: api.yaml }",
                "{\"query\": \"{a}\", \"operationName\": \"a long one\"}"),
        GRAPHQL_PROTECTION("graphqlProtection", "{ max_depth: 1 }", "{\"query\": \"{a{b}}\"}");

        private final String policy;
        private final String params;
        private final String rejected;

        Reader(String policy, String params, String rejected) {
            this.policy = policy;
            this.params = params;
            this.rejected = rejected;
        }

        String entry(int port, String onFailure) {
            return "        - { policy: " + policy + ", timeout_ms: 10000, on_failure: " + onFailure + ", params: "
                    + params.replace("PORT", String.valueOf(port)) + " }\n";
        }
    }

    private record Message(String what, String contentType, String body) {}

    /** The pairs that a message meets: all where its framing is plain. */
    private static boolean meets(int message, Reader first, Reader second) {
        List<Reader> readers = List.of(Reader.values());
        int pair = readers.indexOf(first) * readers.size() + readers.indexOf(second);
        return first != second && (message <= readers.size() || (message + pair) % NTH == 0);
    }

    private static List<Message> messages() {
        List<String> contents = Stream.concat(
                        Stream.of(FINE), Stream.of(Reader.values()).map(reader -> reader.rejected))
                .toList();
        List<Message> messages = new ArrayList<>();
        HostileMultipart plain = new HostileMultipart(
                "plain",
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n%s\r\n--b--\r\n");
        contents.forEach(content -> messages.add(new Message(content, plain.contentType(), plain.with(content))));
        HostileMultipart.all()
                .forEach(hostile ->
                        messages.add(new Message(hostile.what(), hostile.contentType(), hostile.with(FINE))));
        return messages;
    }

    @Test
    void aPairPassesWhatBothPass() {
        try (KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE))) {
            serve(engine, scanner(engine.vertx()));
            List<String> wrong = new ArrayList<>();
            int passing = 0;
            List<Message> messages = messages();
            for (int number = 0; number < messages.size(); number++) {
                Message message = messages.get(number);
                Map<Reader, Boolean> alone = new LinkedHashMap<>();
                for (Reader reader : Reader.values()) {
                    alone.put(reader, passes(engine, reader.policy, message));
                }
                for (Reader first : Reader.values()) {
                    for (Reader second : Reader.values()) {
                        if (!meets(number, first, second)) {
                            continue;
                        }
                        boolean expected = alone.getOrDefault(first, false) && alone.getOrDefault(second, false);
                        passing += expected ? 1 : 0;
                        for (String onFailure : ON_FAILURE) {
                            String route = route(first, second, onFailure);
                            if (passes(engine, route, message) != expected) {
                                wrong.add(message.what() + ": " + route);
                            }
                        }
                    }
                }
            }
            assertThat(wrong).isEmpty();
            assertThat(passing).isGreaterThan(Reader.values().length);
        }
    }

    private static String route(Reader first, Reader second, String onFailure) {
        return first.policy + "-" + second.policy + "-" + onFailure;
    }

    private static boolean passes(KernelUnderTest engine, String route, Message message) {
        SimRequest request = SimRequest.post("/a", message.body()).withHeader("content-type", message.contentType());
        return engine.exchange(route, request, SimResponse.of(200)).status() == 200;
    }

    private void serve(KernelUnderTest engine, int port) {
        KernelUnderTest.write(directory, "api.yaml", API);
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        StringBuilder routes = new StringBuilder("route_policies:\n");
        for (Reader first : Reader.values()) {
            routes.append(chain(first.policy, first.entry(port, "deny")));
            for (Reader second : Reader.values()) {
                for (String onFailure : first == second ? List.<String>of() : ON_FAILURE) {
                    routes.append(chain(
                            route(first, second, onFailure),
                            first.entry(port, onFailure) + second.entry(port, "deny")));
                }
            }
        }
        KernelUnderTest.write(directory, "routes/routes.yaml", routes.toString());
        StandardWorker.start(
                engine, directory, options -> options.requestTimeout(PATIENCE).policyTimeout(PATIENCE));
    }

    private static String chain(String route, String entries) {
        return "  - route_name: " + route + "\n    request_flow:\n      policy_chain:\n" + entries;
    }

    /** A server that answers as clamd does, on a free port. */
    private static int scanner(Vertx vertx) {
        return Await.result(vertx.createNetServer()
                        .connectHandler(MultipartPairsTest::scan)
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    private static void scan(NetSocket socket) {
        StringBuilder content = new StringBuilder();
        int[] commands = {0};
        socket.handler(bytes -> {
            content.append(bytes.toString(StandardCharsets.ISO_8859_1));
            if (content.toString().endsWith("\0\0\0\0")) {
                commands[0]++;
                String verdict = content.indexOf("MALICE") < 0 ? "OK" : "Malice FOUND";
                content.setLength(0);
                socket.write(commands[0] + ": stream: " + verdict + "\0");
            }
        });
    }
}
