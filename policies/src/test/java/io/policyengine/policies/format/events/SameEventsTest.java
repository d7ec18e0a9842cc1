package io.policyengine.policies.format.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.policies.ai.semanticcache.answer.ReusableAnswers;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.modelapi.Usage;
import io.policyengine.policies.ai.shared.modelapi.UsageReader;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policies that read events see the same data: each gets the same stream, written in another way, whose one event it must find. */
class SameEventsTest {
    private static final Call CALL = new Call("r", 1, Long.MAX_VALUE, new Cancellation());
    private static final String USAGE =
            "{\"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 4, \"total_tokens\": 7}}";
    private static final String WHOLE =
            "{\"choices\": [{\"index\": 0, \"delta\": {\"content\": \"h\"}, \"finish_reason\": \"stop\"}]}";

    static Stream<String> spellings() {
        return Stream.of(
                "data: %s\n\n",
                "data:%s\n\n",
                "data: %s\r\n\r\n",
                "data: %s\r\r",
                "data: %s\n\r",
                "data: %s\r\n\r",
                "\uFEFFdata: %s\n\n",
                "\uFEFF\n\ndata: %s\n\n",
                ":\r: comment\rdata: %s\r\r",
                "id: 1\0\nretry: 5\nevent: message\ndata: %s\nid\n\n",
                ":\n\n\uFEFFdata: no\n\ndata: %s\n\n",
                "datax: no\ndata: %s\n data: no\n\n",
                "Data: no\ndata : no\ndata: %s\n\n");
    }

    private static String stream(String spelling, String data) {
        // A line of data at each blank outside of its strings: the line end between them means nothing in JSON.
        return spelling.replace(
                "%s", data.replace(": ", ":\ndata:").replace("\n", spelling.contains("\n") ? "\n" : "\r"));
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
