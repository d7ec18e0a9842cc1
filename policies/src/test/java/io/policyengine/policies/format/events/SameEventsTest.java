package io.policyengine.policies.format.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.ai.a2aaccess.A2aAccessFactory;
import io.policyengine.policies.ai.mcpaccess.McpAccessFactory;
import io.policyengine.policies.ai.semanticcache.answer.ReusableAnswers;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.modelapi.Usage;
import io.policyengine.policies.ai.shared.modelapi.UsageReader;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.testkit.format.EventSpellings;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policies that read events see the same data: each gets the same stream, written in another way, whose one event it must find. */
class SameEventsTest {
    private static final Call CALL = new Call("r", 1, Long.MAX_VALUE, new Cancellation());
    private static final String MCP = "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}";
    private static final String A2A =
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"message/send\", \"params\": {\"message\": {\"role\": \"user\"}}}";
    private static final String USAGE =
            "{\"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 4, \"total_tokens\": 7}}";
    private static final String WHOLE =
            "{\"choices\": [{\"index\": 0, \"delta\": {\"content\": \"h\"}, \"finish_reason\": \"stop\"}]}";

    static Stream<String> spellings() {
        return EventSpellings.all();
    }

    private static String stream(String spelling, String data) {
        return EventSpellings.stream(spelling, data);
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void eachReaderFindsTheEvent(String spelling) {
        byte[] usage = stream(spelling, USAGE).getBytes(StandardCharsets.UTF_8);
        String chat = stream(spelling, WHOLE);
        byte[] done = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

        assertThat(read(usage).total()).isEqualTo(7);
        assertThat(masked(stream(spelling, "{\"text\": \"forbidden\"}")))
                .doesNotContain("forbidden")
                .contains("***");
        assertThat(ReusableAnswers.isWhole(
                        ApiShape.OPENAI_CHAT,
                        true,
                        "text/event-stream",
                        Buffer.buffer(chat).appendBytes(done).getBytes(),
                        () -> false))
                .isTrue();
    }

    /** The guard of JSON-RPC leaves out what the client may not get: a tool that is denied, and an answer that is not what its method gives. */
    @ParameterizedTest
    @MethodSource("spellings")
    void eachGuardOfJsonRpcFindsTheEvent(String spelling) {
        String tools = stream(
                spelling,
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"result\": {\"tools\": [{\"name\": \"good\"}, {\"name\": \"bad\"}]}}");
        String twice =
                stream(spelling, "{\"jsonrpc\": \"2.0\", \"id\": 1, \"result\": {\"secret\": 1, \"secret\": 2}}");

        assertThat(answered(new McpAccessFactory(), "{ tools: { deny: [ bad ] } }", MCP, tools))
                .contains("good")
                .doesNotContain("bad");
        assertThat(answered(new A2aAccessFactory(), "{}", A2A, twice)).doesNotContain("secret");
    }

    /** The part of a stream of answers that passes, which is the same whole and byte by byte. */
    private static String answered(PolicyFactory<?> factory, String params, String request, String stream) {
        ResponseView response = TestMessages.response(200, "content-type", "text/event-stream");
        RequestView post = TestMessages.request(
                        "POST", "/rpc", HeaderMap.of("content-type", "application/json"), TestMessages.CLIENT_ADDRESS)
                .withBody(Buffer.buffer(request));
        List<Buffer> octets = new ArrayList<>();
        for (byte octet : stream.getBytes(StandardCharsets.UTF_8)) {
            octets.add(Buffer.buffer(new byte[] {octet}));
        }
        try (PolicyTester tester = PolicyTester.of(factory, params)) {
            RequestRun before = tester.request(post);
            String whole = String.valueOf(tester.response(response.withBody(Buffer.buffer(stream)), before)
                    .response()
                    .body());
            assertThat(String.valueOf(
                            tester.responseChunks(response, before, octets).joined()))
                    .isEqualTo(whole);
            return whole;
        }
    }

    /** One reader took the null for half a character of UTF-16, and found nothing where the others saw the event. */
    @Test
    void aStreamThatBeginsLikeUtf16IsRefusedWhereItIsSearched() {
        String stream = "\0data: no\ndata: %s\n\n";

        assertThat(read(stream(stream, USAGE).getBytes(StandardCharsets.UTF_8)).total())
                .isEqualTo(7);
        assertThat(run(stream(stream, "{\"text\": \"forbidden\"}")).denial().status())
                .isEqualTo(400);
    }

    private static Usage read(byte[] stream) {
        UsageReader reader = new UsageReader(new FakeEnvironment(), HeaderMap.of("content-type", "text/event-stream"));
        Usage usage = Usage.NONE;
        for (int i = 0; i < stream.length; i++) {
            usage = reader.take(CALL, Buffer.buffer(new byte[] {stream[i]}), i == stream.length - 1)
                    .result();
        }
        return usage;
    }

    private static String masked(String stream) {
        return String.valueOf(run(stream).request().body());
    }

    private static RequestRun run(String stream) {
        try (PolicyTester tester = PolicyTester.of(
                new ContentFilterFactory(), "{ words: [ forbidden ], action: mask }", new FakeEnvironment())) {
            return tester.request(
                    TestMessages.get("/", "content-type", "text/event-stream").withBody(Buffer.buffer(stream)));
        }
    }
}
