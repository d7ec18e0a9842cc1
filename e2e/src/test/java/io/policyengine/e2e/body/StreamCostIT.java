package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Figures;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The events of a streamed completion behind a real Envoy: each comes, in its order, through a chain of two streaming policies, on a route on
 * which no policy takes the body, and on one on which a policy takes it and looks at none of it. Where {@link Figures} are wanted it prints what an
 * event costs on each: processor time of the engine, and time on the way.
 */
@Tag("nightly")
class StreamCostIT {
    private static final int EVENTS = 2_000;
    /** Of which the last is told: those before warm the engine up. */
    private static final int ROUNDS = Figures.times(4, 1);

    private static final Duration PACE = Duration.ofMillis(1);
    private static final String ID = "data: {\"id\":\"";

    private static final TestConf CONF = Figures.of(TestConf.ofTests()).with("routes/streams.yaml", """
            route_policies:
              - { route_name: /events/none, request_flow: { policy_chain: [{ policy: requestId }] } }
              - route_name: /events/unread
                response_flow:
                  processing_mode: streaming
                  policy_chain: [{ policy: jsonThreatProtection }]
              - route_name: /events/two
                response_flow:
                  processing_mode: streaming
                  policy_chain:
                    - { policy: contentFilter, params: { words: [forbidden, confidential], action: mask } }
                    - { policy: piiRedaction, params: { entities: [credit_card, iban, api_key, jwt], action: mask } }
            """);

    /** What one stream cost. */
    private record Cost(double engineMicros, double medianMillis, double p99Millis) {}

    private static final String[] WORDS =
            "the order was sent to our customer last week and will arrive with the next delivery of spare parts"
                    .split(" ", -1);

    private static String event(int n) {
        return ID + n + "\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"gpt-4o\","
                + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" " + WORDS[n % WORDS.length]
                + "\"},\"finish_reason\":null}]}\n\n";
    }

    @Test
    void eachEventComesInItsOrder() throws Exception {
        try (CONF;
                EngineProcess engine = EngineProcess.embedded(CONF);
                EchoServer upstream = new EchoServer();
                EnvoyProcess envoy =
                        EnvoyProcess.start(EnvoyVersion.V1_36, CONF.directory(), engine.port(), upstream.port())) {
            for (int round = 1; round <= ROUNDS; round++) {
                Cost none = cost(engine, upstream, envoy.port(), "/events/none");
                Cost unread = cost(engine, upstream, envoy.port(), "/events/unread");
                Cost two = cost(engine, upstream, envoy.port(), "/events/two");
                if (Figures.wanted() && round == ROUNDS) {
                    System.out.printf(
                            "%n| an event of a stream | engine, µs | on its way, median ms | p99 ms |%n|---|---|---|---|%n");
                    print("that no policy takes", none);
                    print("that a policy takes and does not look at", unread);
                    print("through two policies", two);
                }
            }
        }
    }

    private static void print(String what, Cost cost) {
        System.out.printf(
                "| %s | %.0f | %.2f | %.2f |%n", what, cost.engineMicros(), cost.medianMillis(), cost.p99Millis());
    }

    private static Cost cost(EngineProcess engine, EchoServer upstream, int port, String path) throws Exception {
        long[] sent = new long[EVENTS];
        long[] arrived = new long[EVENTS];
        long before = engine.process().cpuNanos();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nhost: e2e\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            EchoServer.Events events = upstream.awaitEvents();
            Thread sender = Thread.ofPlatform().start(() -> send(events, sent));
            read(socket, arrived);
            sender.join();
        }
        long used = engine.process().cpuNanos() - before;
        double[] millis = new double[EVENTS];
        Arrays.setAll(millis, n -> (arrived[n] - sent[n]) / 1e6);
        Arrays.sort(millis);
        return new Cost(used / 1e3 / EVENTS, millis[EVENTS / 2], millis[EVENTS * 99 / 100]);
    }

    private static void send(EchoServer.Events events, long[] sent) {
        long next = System.nanoTime();
        for (int n = 0; n < EVENTS; n++) {
            next += PACE.toNanos();
            LockSupport.parkNanos(next - System.nanoTime());
            sent[n] = System.nanoTime();
            events.send(event(n));
        }
        events.end();
    }

    private static void read(Socket socket, long[] arrived) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        for (int n = 0; n < EVENTS; ) {
            String line = lines.readLine();
            assertThat(line).as("after " + n + " events").isNotNull();
            if (line.startsWith(ID)) {
                assertThat(line).startsWith(ID + n + "\"").contains(WORDS[n % WORDS.length]);
                arrived[n++] = System.nanoTime();
            }
        }
    }
}
