package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Envoys that do not allow the mode to be overridden, be it known or not. */
class ModeOverrideIT {
    /** Responses that break off before their body comes. */
    private static final int BROKEN = 5;

    @Test
    void takesTwoMessagesWhereTheModeMayNotBeOverridden() {
        TestConf conf = TestConf.ofTests().replacing("kernel.yaml", "envoy: {", "envoy: { allow_mode_override: false,");
        Stack.Setup reference = new Stack.Setup(EnvoyVersion.V1_36, Stack.Shape.EMBEDDED);
        try (Stack stack = Stack.start(reference, conf);
                EnvoyProcess newest = EnvoyProcess.start(
                        EnvoyVersion.V1_40,
                        conf.directory(),
                        stack.kernel().port(),
                        stack.upstream().port())) {
            for (EnvoyProcess envoy : List.of(stack.envoy(), newest)) {
                long before = envoy.extProc("stream_msgs_sent");

                for (int i = 0; i < 10; i++) {
                    assertThat(Web.get(envoy.port(), "/request-only").status()).isEqualTo(200);
                }

                assertThat(envoy.extProc("stream_msgs_sent") - before).isEqualTo(20);
                assertThat(envoy.extProc("spurious_msgs_received")).isZero();
            }
        }
    }

    @ParameterizedTest
    @EachEnvoy
    void anEnvoyThatIgnoresOverridesIsRefusedAndNoOtherNorAnUpstreamThatBreaksOff(EnvoyVersion version)
            throws IOException {
        TestConf conf = TestConf.ofTests()
                // Responses that are held back are ended by it.
                .replacing("kernel.yaml", "message_timeout_ms: 20000", "message_timeout_ms: 3000")
                .replacing("kernel.yaml", "phase_timeout_ms: 15000", "phase_timeout_ms: 1500")
                .replacing("kernel.yaml", "timeout_ms: 5000", "timeout_ms: 1000")
                .with("routes/bodies.yaml", """
                        route_policies:
                          - route_name: /whole
                            request_flow:
                              processing_mode: buffered_body
                              policy_chain: [{ policy: transformBody, params: { replace: [{ text: secret, with: masked }] } }]
                          - route_name: /masked
                            response_flow:
                              processing_mode: buffered_body
                              policy_chain: [{ policy: transformBody, params: { replace: [{ text: secret, with: masked }] } }]
                        """);
        try (Stack stack = Stack.start(new Stack.Setup(version, Stack.Shape.EMBEDDED), conf);
                EnvoyProcess deaf = EnvoyProcess.start(
                        version,
                        conf.directory(),
                        stack.kernel().port(),
                        stack.upstream().port(),
                        text -> text.replace("allow_mode_override: true", "allow_mode_override: false"));
                BreakingUpstream breaking = new BreakingUpstream();
                EnvoyProcess before = EnvoyProcess.start(
                        version, conf.directory(), stack.kernel().port(), breaking.port())) {
            int received = stack.upstream().received();

            List<Integer> refused = IntStream.range(0, 6)
                    .mapToObj(_ ->
                            Web.send("POST", deaf.port(), "/whole", "secret").status())
                    .toList();

            assertThat(refused).containsOnly(500);
            assertThat(stack.upstream().received() - received).isEqualTo(1);
            assertThat(Web.get(deaf.port(), "/both").status()).isEqualTo(200);
            assertThat(Web.send("POST", stack.envoy().port(), "/whole", "secret")
                            .status())
                    .isEqualTo(200);
            assertThat(Web.get(stack.kernel().metricsPort(), "/health/ready").body())
                    .contains("ignores mode_override", "/whole");

            List<String> responses = IntStream.range(0, 6)
                    .mapToObj(_ -> Web.get(deaf.port(), "/masked", "x-echoed", "secret"))
                    .map(answer -> answer.status() == 200 ? answer.body() : "")
                    .toList();
            assertThat(responses.subList(3, 6)).containsOnly("");

            for (int i = 0; i < BROKEN; i++) {
                assertThat(Web.get(before.port(), "/masked").status()).isNotEqualTo(200);
            }
            for (int i = 0; i < 3; i++) {
                Web.Answer answer = Web.get(before.port(), "/masked");
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("masked");
            }
            assertThat(Web.get(stack.envoy().port(), "/masked", "x-echoed", "secret")
                            .body())
                    .contains("masked");
        }
    }

    @ParameterizedTest
    @EachEnvoy
    void whoAnsweredIsToldByEnvoyWhateverTheStatus(EnvoyVersion version) throws IOException {
        TestConf conf = TestConf.ofTests()
                .replacing(
                        "kernel.yaml", "phase_timeout_ms: 15000", "phase_timeout_ms: 15000, body_idle_timeout_ms: 1000")
                .with("routes/bodies.yaml", """
                        route_policies:
                          - route_name: /checked
                            request_flow:
                              processing_mode: buffered_body
                              policy_chain: [{ policy: transformBody, params: { replace: [{ text: secret, with: masked }] } }]
                            response_flow: { policy_chain: [{ policy: addSecurityHeaders }] }
                          - route_name: /chunks
                            request_flow:
                              processing_mode: streaming
                              policy_chain: [{ policy: transformBody, params: { replace: [{ text: secret, with: masked }] } }]
                            response_flow: { policy_chain: [{ policy: addSecurityHeaders }] }
                        """);
        try (Stack stack = Stack.start(new Stack.Setup(version, Stack.Shape.EMBEDDED), conf);
                EarlyUpstream early = new EarlyUpstream();
                EnvoyProcess deaf = EnvoyProcess.start(
                        version, conf.directory(), stack.kernel().port(), early.port(), ModeOverrideIT::deafAndSilent);
                EnvoyProcess before = EnvoyProcess.start(
                        version, conf.directory(), stack.kernel().port(), early.port())) {
            for (int i = 0; i < 4; i++) {
                assertThat(Web.send("POST", deaf.port(), "/checked", "secret").status())
                        .isEqualTo(500);
            }
            assertThat(early.heads()).as(stack.kernel().process().output()).containsExactly("POST /checked HTTP/1.1");

            for (String path : List.of("/checked", "/chunks", "/checked", "/chunks", "/checked")) {
                raw(stack.envoy(), path, "content-type: application/grpc\r\n", "ZZZ\r\n");
            }
            Web.Answer processed = Web.send("POST", stack.envoy().port(), "/checked", "secret");
            assertThat(processed.status()).as(processed.body()).isEqualTo(200);

            // An answer before the first chunk: the next request has to be whole, and is not left hanging where that
            // does not come.
            assertThat(raw(before, "/chunks", "", "")).contains(" 500 ");
            assertThat(raw(before, "/chunks", "", "5\r\nhello\r\n")).contains(" 408 ");
        }
    }

    private static String deafAndSilent(String config) {
        return config.replace("allow_mode_override: true", "allow_mode_override: false")
                .replaceFirst("(?m)^( *)(\\S*@type.*router\\.v3\\.Router.*)$", "$1$2\n$1suppress_envoy_headers: true");
    }

    /** A request of no announced length, of which more is sent once the engine has answered its headers; what comes back. */
    private static String raw(EnvoyProcess envoy, String path, String fields, String more) throws IOException {
        long answers = envoy.extProc("stream_msgs_received");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), envoy.port())) {
            client.setSoTimeout(15_000);
            String head = "POST " + path + " HTTP/1.1\r\nhost: a\r\n" + fields + "transfer-encoding: chunked\r\n\r\n";
            client.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            client.getOutputStream().flush();
            Eventually.isTrue("an answer to the headers", () -> envoy.extProc("stream_msgs_received") > answers);
            client.getOutputStream().write(more.getBytes(StandardCharsets.ISO_8859_1));
            client.getOutputStream().flush();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            return String.valueOf(in.readLine());
        }
    }

    /** Answers 413 as soon as the head of a request is there. */
    private static final class EarlyUpstream implements AutoCloseable {
        private final ServerSocket server;
        private final List<String> heads = new CopyOnWriteArrayList<>();

        EarlyUpstream() throws IOException {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::serve);
        }

        int port() {
            return server.getLocalPort();
        }

        /** The first lines of the requests. */
        List<String> heads() {
            return heads;
        }

        private void serve() {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                    String line = in.readLine();
                    String head = line;
                    while (line != null && !line.isEmpty()) {
                        line = in.readLine();
                    }
                    if (head == null) {
                        continue;
                    }
                    heads.add(head);
                    client.getOutputStream()
                            .write("HTTP/1.1 413 X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.ISO_8859_1));
                    client.shutdownOutput();
                    in.skip(Long.MAX_VALUE);
                } catch (IOException gone) {
                    // The next one may stay.
                }
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    /** Breaks off its first responses after their headers, as a process in a crash loop does. */
    private static final class BreakingUpstream implements AutoCloseable {
        private final ServerSocket server;
        private int answered;

        BreakingUpstream() throws IOException {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::serve);
        }

        int port() {
            return server.getLocalPort();
        }

        private void serve() {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                    String line = in.readLine();
                    while (line != null && !line.isEmpty()) {
                        line = in.readLine();
                    }
                    boolean breaks = answered++ < BROKEN;
                    String answer = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: "
                            + (breaks ? "100\r\n\r\n" : "6\r\n\r\nsecret");
                    client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    client.getOutputStream().flush();
                } catch (IOException gone) {
                    // The next one may stay.
                }
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
