package io.policyengine.policies.ai.mcpaccess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyCases;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class McpAccessTest {
    private static final RequestView POST =
            TestMessages.get("/mcp", "content-type", "application/json").withMethod("POST");
    private static final String PAY_AS_PINNED = """
            {"name":"pay","description":"Pays.","inputSchema":{"type":"object"}}""";
    private static final String LOCK = """
            {"version":1,"tools":{"pay":"sha256:d5e8756e496acf156434f4c572120b370efe45651d90bc94641a80bf22c4a7cb"}}""";

    @TestFactory
    List<DynamicTest> everyCaseHolds() {
        return PolicyCases.of(new McpAccessFactory());
    }

    @TestFactory
    List<DynamicTest> noCutOfABodyChangesAResult() {
        return PolicyCases.ofChunks(new McpAccessFactory());
    }

    private static RequestView call(String tool) {
        return POST.withBody(Buffer.buffer(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool + "\"}}"));
    }

    private static ResponseView list(String... tools) {
        return TestMessages.response(200, "content-type", "application/json")
                .withBody(Buffer.buffer(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[" + String.join(",", tools) + "]}}"));
    }

    @Test
    void aToolThatAListShowedChangedIsNotCalledUntilAListShowsItAsItWas() {
        FakeEnvironment environment = new FakeEnvironment();
        environment.writeFile("mcp.lock", LOCK);
        try (PolicyTester requests = PolicyTester.of(new McpAccessFactory(), "pin: mcp.lock", environment);
                PolicyTester answers = PolicyTester.of(new McpAccessFactory(), "pin: mcp.lock", environment)) {
            RequestRun before = requests.request(call("pay"));
            assertThat(before.isDenied()).isFalse();
            assertThat(requests.policy().unhealthyBecause()).isNull();

            answers.response(list(PAY_AS_PINNED.replace("Pays.", "Pays me.")), before);

            assertThat(requests.request(call("pay")).denial().body().toString()).contains("TOOL_CHANGED");
            assertThat(requests.policy().unhealthyBecause()).contains("pay");

            answers.response(list(PAY_AS_PINNED), before);

            assertThat(requests.request(call("pay")).isDenied()).isFalse();
            assertThat(requests.policy().unhealthyBecause()).isNull();
        }
    }

    @Test
    void aToolThatStandsTwiceInAListIsNotCalledThoughOneIsAsItWas() {
        FakeEnvironment environment = new FakeEnvironment();
        environment.writeFile("mcp.lock", LOCK);
        try (PolicyTester tester = PolicyTester.of(new McpAccessFactory(), "pin: mcp.lock", environment)) {
            RequestRun before = tester.request(call("pay"));

            tester.response(list("{\"name\":\"pay\"}", PAY_AS_PINNED), before);

            assertThat(tester.request(call("pay")).denial().body().toString()).contains("TOOL_CHANGED");
        }
    }

    @Test
    void largeBodiesAreJudgedLikeSmallOnes() {
        try (PolicyTester tester = PolicyTester.of(new McpAccessFactory(), "tools: { deny: [ b ] }")) {
            RequestView large = POST.withBody(Buffer.buffer("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                    + "\"params\":{\"arguments\":\"" + "x".repeat(300_000) + "\",\"name\":\"b\"}}"));

            assertThat(tester.request(large).denial().body().toString()).contains("TOOL_DENIED");

            String other = "{\"name\":\"a\",\"description\":\"" + "x".repeat(300_000) + "\"}";
            String left = String.valueOf(tester.response(list(other, "{\"name\":\"b\"}"), tester.request(call("a")))
                    .response()
                    .body());
            assertThat(left).contains("\"a\"").doesNotContain("\"b\"");
        }
    }

    @Test
    void nestedArraysAreRefusedInLinearTime() {
        try (PolicyTester tester = PolicyTester.of(new McpAccessFactory(), "{}")) {
            assertThat(tester.request(POST.withBody(Buffer.buffer("[".repeat(1_000_000))))
                            .denial()
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void anEventThatNeverEndsBreaksOff() {
        ResponseView stream = TestMessages.response(200, "content-type", "text/event-stream");
        try (PolicyTester tester = PolicyTester.of(new McpAccessFactory(), "{}")) {
            RequestRun before = tester.request(call("a"));

            assertThatThrownBy(() -> tester.responseChunks(
                            stream, before, List.of(Buffer.buffer("data: " + "x".repeat(2 << 20)))))
                    .hasMessageContaining("ANSWER_UNREADABLE");
        }
    }

    @Test
    void aLongIdIsNotKept() {
        String message = "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"ping\"}";
        try (PolicyTester tester = PolicyTester.of(new McpAccessFactory(), "{}")) {
            RequestRun fits = tester.request(POST.withBody(Buffer.buffer(message.formatted("x".repeat(254)))));
            RequestRun isLong = tester.request(POST.withBody(Buffer.buffer(message.formatted("x".repeat(255)))));

            assertThat(fits.metadata().text("jsonrpc.id")).hasSize(254);
            assertThat(isLong.isDenied()).isFalse();
            assertThat(isLong.metadata().get("jsonrpc.id")).isNull();
        }
    }

    @Test
    void aBatchIsBounded() {
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        try (PolicyTester tester = PolicyTester.of(new McpAccessFactory(), "max_batch: 3")) {
            assertThat(tester.request(POST.withBody(Buffer.buffer("[" + (ping + ",").repeat(2) + ping + "]")))
                            .isDenied())
                    .isFalse();
            assertThat(tester.request(POST.withBody(Buffer.buffer("[" + (ping + ",").repeat(3) + ping + "]")))
                            .denial()
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void jsonThatNeverEndsBreaksOff() {
        ResponseView json = TestMessages.response(200, "content-type", "application/json");
        try (PolicyTester tester = PolicyTester.of(new McpAccessFactory(), "{}")) {
            RequestRun before = tester.request(call("a"));

            assertThatThrownBy(() ->
                            tester.responseChunks(json, before, List.of(Buffer.buffer("[" + " ".repeat(2 << 20)))))
                    .hasMessageContaining("ANSWER_UNREADABLE");
        }
    }

    private static EnvoyMetadata told(Map<String, Object> facts) {
        return EnvoyMetadata.builder().untyped("envoy.filters.http.mcp", facts).build();
    }

    @Test
    void envoysFactsAreJudgedInPlaceOfTheBody() {
        try (PolicyTester tester =
                PolicyTester.of(new McpAccessFactory(), "{ facts: envoy, tools: { allow: [ add ] } }")) {
            Map<String, Object> add = Map.of("method", "tools/call", "params", Map.of("name", "add"), "id", 7L);
            assertThat(tester.withEnvoy(told(add)).request(POST).isDenied()).isFalse();

            Map<String, Object> pay = Map.of("method", "tools/call", "params", Map.of("name", "pay"), "id", 7L);
            assertThat(answer(tester, pay)).contains("\"id\":7", "TOOL_DENIED");
            assertThat(answer(tester, Map.of("method", "tools/call", "params", Map.of("name", "pay"))))
                    .startsWith("{\"error\":");
            assertThat(answer(tester, Map.of("method", "tools/call", "id", "a")))
                    .contains("PARAMS_UNREADABLE");
            assertThat(answer(tester, Map.of("is_mcp_request", false))).contains("INVALID_MESSAGE");

            assertThat(tester.request(POST).denial().status()).isEqualTo(400);
            assertThat(tester.request(POST.withMethod("GET")).isDenied()).isFalse();
        }
    }

    private static String answer(PolicyTester tester, Map<String, Object> facts) {
        return tester.withEnvoy(told(facts)).request(POST).denial().body().toString();
    }

    @Test
    void onlyWhereItSaysSoEnvoysFactsStandInForTheBody() {
        McpAccessFactory factory = new McpAccessFactory();
        EnvoyMetadata ping = told(Map.of("method", "ping", "id", 1L));
        try (PolicyTester body = PolicyTester.of(factory, "{ tools: { allow: [ add ] } }");
                PolicyTester envoy = PolicyTester.of(factory, "facts: envoy");
                PolicyTester auto = PolicyTester.of(factory, "{ facts: auto, tools: { allow: [ add ] } }")) {
            assertThat(body.bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.BUFFERED);
            assertThat(body.withEnvoy(ping).request(call("pay")).isDenied()).isTrue();
            assertThat(envoy.bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.NONE);
            assertThat(auto.bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.BUFFERED);
            assertThat(auto.withEnvoy(ping).request(POST).isDenied()).isFalse();
            assertThat(auto.request(call("pay")).isDenied()).isTrue();
        }
    }
}
