package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.body.BodyClient.Protocol;
import io.policyengine.e2e.body.BodyClient.Request;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Figures;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.PacedLoad;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.testkit.scanner.ClamdServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Small requests on one route while bodies of a mebibyte come through each policy on another, one after the other with a pause. Where {@link
 * Figures} are wanted it prints how long the small ones took beside each, and beside bodies that no policy reads.
 */
@Tag("alone")
@Tag("nightly")
class BesideBodiesIT {
    private static final int PER_SECOND = 200;
    private static final int BODIES = Figures.times(12, 4);

    /** Rounds before the first that is told. */
    private static final int WARM_UP = 2;

    private static final long PAUSE_NANOS = 60_000_000;
    private static final int MEBIBYTE = 1 << 20;
    private static final String NOBODY = "no policy";

    private static Map<String, String> entries(ClamdServer clamd) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(NOBODY, "{ policy: requestId }");
        entries.put("jsonThreatProtection", "{ policy: jsonThreatProtection, params: { max_array: 100000 } }");
        entries.put("xmlThreatProtection", "{ policy: xmlThreatProtection, params: { max_members: 100000 } }");
        entries.put(
                "jsonSchemaValidation",
                "{ policy: jsonSchemaValidation, params: { schema: { type: object, properties: { items: { type: array, items: { required: [id] } } } } } }");
        entries.put("requestValidation", "{ policy: requestValidation, params: { openapi_file: bodies.yaml } }");
        entries.put("transformBody", "{ policy: transformBody, params: { replace: [{ text: falcon, with: eagle }] } }");
        entries.put(
                "contentFilter",
                "{ policy: contentFilter, params: { words: [project falcon], patterns: ['\\bEMP-[0-9]{6}\\b'], action: mask } }");
        entries.put("piiRedaction", "{ policy: piiRedaction }");
        entries.put(
                "contentModerationGuardrail",
                "{ policy: contentModerationGuardrail, params: { checks: [{ type: words, words: [project falcon] }, { type: secrets }, { type: prompt_injection }] } }");
        entries.put(
                "virusScan", "{ policy: virusScan, params: { scanner: clamd, address: \"" + clamd.socket() + "\" } }");
        return entries;
    }

    private static final String BODIES_DOCUMENT = """
            openapi: 3.1.0
            info: { title: bodies, version: "1" }
            paths:
              /bodies/requestValidation:
                post:
                  requestBody:
                    required: true
                    content:
                      application/json:
                        schema: { type: object, properties: { items: { type: array, items: { required: [id] } } } }
                  responses: { "200": { description: the same } }
            """;

    private static byte[] json() {
        StringBuilder body = new StringBuilder("{\"items\": [");
        for (int n = 0; body.length() < MEBIBYTE - 200; n++) {
            body.append(n == 0 ? "" : ",")
                    .append("{\"id\": ")
                    .append(n)
                    .append(
                            ", \"note\": \"the order was sent to our customer last week and will arrive with the next delivery\"}");
        }
        return body.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] xml() {
        StringBuilder body = new StringBuilder("<items>");
        for (int n = 0; body.length() < MEBIBYTE - 200; n++) {
            body.append("<item id=\"")
                    .append(n)
                    .append(
                            "\">the order was sent to our customer last week and will arrive with the next delivery</item>");
        }
        return body.append("</items>").toString().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void smallRequestsAreServedMeanwhile() {
        try (ClamdServer clamd = ClamdServer.start();
                TestConf conf = conf(entries(clamd));
                EngineProcess engine = EngineProcess.embedded(conf);
                EchoServer upstream = new EchoServer();
                EnvoyProcess envoy =
                        EnvoyProcess.start(EnvoyVersion.V1_36, conf.directory(), engine.port(), upstream.port());
                BodyClient client = new BodyClient(envoy.port());
                Load load = new Load(envoy.port())) {
            for (String policy : entries(clamd).keySet()) {
                beside(load, client, policy);
            }
            if (Figures.wanted()) {
                print(load, client, entries(clamd).keySet());
            }
        }
    }

    private static void print(Load load, BodyClient client, Set<String> policies) {
        for (int round = 0; round < WARM_UP; round++) {
            beside(load, client, NOBODY);
        }
        System.out.println(
                "\n| 1 MiB bodies through | median, ms | p99, ms | p99 of that beside bodies that no policy reads |"
                        + "\n|---|---|---|---|");
        double[] none = beside(load, client, NOBODY);
        for (String policy : policies) {
            double[] millis = policy.equals(NOBODY) ? none : beside(load, client, policy);
            System.out.printf("| %s | %.2f | %.2f | %.1f × |%n", policy, millis[0], millis[1], millis[1] / none[1]);
        }
    }

    private static TestConf conf(Map<String, String> entries) {
        StringBuilder routes = new StringBuilder("""
                route_policies:
                  - { route_name: /small, request_flow: { policy_chain: [{ policy: requestId }] } }
                """);
        entries.forEach((name, entry) -> routes.append("""
                  - { route_name: %s, request_flow: { processing_mode: auto, max_body_bytes: 2097152, policy_chain: [%s] } }
                """.formatted(path(name), entry)));
        // A pattern in a body of 1 MiB takes more memory than a smaller heap has for work.
        return Figures.of(TestConf.ofTests())
                .withJvmOptions("-Xmx384m")
                .replacing("kernel.yaml", "envoy: {", "envoy: { buffer_limit_bytes: 2097152,")
                .replacing("worker.yaml", "  server:", "  resource_limits: { max_body_size_bytes: 2097152 }\n  server:")
                .with("bodies.yaml", BODIES_DOCUMENT)
                .with("routes/bodies.yaml", routes.toString());
    }

    private static String path(String name) {
        return "/bodies/" + name.replace(' ', '-');
    }

    /** Median and 99th percentile of the small requests, in milliseconds. */
    private static double[] beside(Load load, BodyClient client, String policy) {
        boolean isXml = policy.equals("xmlThreatProtection");
        Request body = new Request(
                path(policy),
                Map.of("content-type", isXml ? "application/xml" : "application/json"),
                List.of(isXml ? xml() : json()),
                false,
                Map.of());
        PacedLoad small = load.pace("/small", PER_SECOND);
        for (int i = 0; i < BODIES; i++) {
            try {
                assertThat(client.send(Protocol.HTTP_1, body)
                                .awaitWhole()
                                .head()
                                .status()
                                .code())
                        .as(policy)
                        .isEqualTo(200);
            } catch (IOException broken) {
                throw new AssertionError(policy, broken);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        List<PacedLoad.Ended> ended = small.stop();
        assertThat(ended).as(policy).allMatch(request -> request.status() == 200);
        double[] millis = ended.stream()
                .mapToDouble(request -> request.nanos() / 1e6)
                .sorted()
                .toArray();
        return new double[] {millis[millis.length / 2], millis[millis.length * 99 / 100]};
    }
}
