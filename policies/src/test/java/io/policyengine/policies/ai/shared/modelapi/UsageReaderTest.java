package io.policyengine.policies.ai.shared.modelapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UsageReaderTest {
    private static final int CUTS = 2_000;
    private static final String AMAZON = "application/vnd.amazon.eventstream";
    private static final Call CALL = new Call("r", 1, Long.MAX_VALUE, new Cancellation());

    private final FakeEnvironment env = new FakeEnvironment();

    private Usage read(String type, Buffer... chunks) {
        UsageReader reader = new UsageReader(env, HeaderMap.of("content-type", type));
        Usage usage = Usage.NONE;
        for (int i = 0; i < chunks.length; i++) {
            usage = reader.take(CALL, chunks[i], i == chunks.length - 1).result();
        }
        return usage;
    }

    /** Quotation marks are written as apostrophes, line ends as tildes. */
    private static Buffer text(String body) {
        return Buffer.buffer(body.replace('\'', '"').replace('~', '\n'));
    }

    /** A message of Amazon's event stream. */
    private static Buffer message(String headers, String payload) {
        byte[] head = headers.getBytes(StandardCharsets.UTF_8);
        byte[] body = payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(16 + head.length + body.length);
        message.putInt(message.capacity()).putInt(head.length).putInt(checksum(message.array(), 8));
        message.put(head).put(body).putInt(checksum(message.array(), message.capacity() - 4));
        return Buffer.buffer(message.array());
    }

    private static int checksum(byte[] message, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(message, 0, length);
        return (int) checksum.getValue();
    }

    private static Buffer converse() {
        return Buffer.buffer()
                .appendBuffer(message("..h1", "{'role':'assistant'}"))
                .appendBuffer(message("", "{'contentBlockIndex':0,'delta':{'text':'Hello'}}"))
                .appendBuffer(message("........", ""))
                .appendBuffer(message("x", "{'delta':{'text':' world'}}"))
                .appendBuffer(message(
                        "y",
                        "{'usage':{'inputTokens':5,'cacheReadInputTokens':3,'cacheWriteInputTokens':2,"
                                + "'outputTokens':7,'totalTokens':17},'metrics':{'latencyMs':1}}"));
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of(AMAZON, converse(), new Usage(null, 10, 3, 7, 7, 17, 11)),
                Arguments.of(
                        "application/json",
                        text("{'output':{'message':{'content':[{'text':'four'}]}},'usage':{'inputTokens':1,"
                                + "'outputTokens':2,'totalTokens':3}}"),
                        new Usage(null, 1, -1, 2, 2, 3, 4)),
                Arguments.of(
                        "application/json",
                        text("{'model':'m','choices':[{'message':{'content':'a\\n\\u00e9','refusal':null}}],"
                                + "'usage':{'prompt_tokens':9,'completion_tokens':2,'total_tokens':11,"
                                + "'prompt_tokens_details':{'cached_tokens':4,'audio_tokens':1},"
                                + "'completion_tokens_details':{'cached_tokens':99}}}"),
                        new Usage("m", 9, 4, 2, 2, 11, 5)),
                Arguments.of(
                        "text/event-stream",
                        text("data: {'type':'response.output_text.delta','delta':'abc'}~~"
                                + "data: {'type':'response.output_text.done','text':'abc'}~~"
                                + "data: {'type':'response.completed','response':{'model':'r','output':[{'content':[{'text':'abc'}]}],"
                                + "'usage':{'input_tokens':3,'input_tokens_details':{'cached_tokens':1},'output_tokens':1,"
                                + "'total_tokens':4}}}~~"),
                        new Usage("r", 3, 1, 1, 1, 4, 3)),
                Arguments.of(
                        "text/event-stream",
                        text("data: {'message':{'model':'c','usage':{'input_tokens':4,'cache_read_input_tokens':6,"
                                + "'output_tokens':1}}}~~data: {'delta':{'type':'text_delta','text':'one two'}}~~"
                                + "data: {'usage':{'output_tokens':15}}~~"),
                        new Usage("c", 10, 6, 15, 15, 25, 7)),
                Arguments.of(
                        "application/json",
                        text(
                                "[{'candidates':[{'content':{'parts':[{'text':'ab'}]}}],'usageMetadata':{'promptTokenCount':8,"
                                        + "'cachedContentTokenCount':5,'candidatesTokenCount':1}},{'usageMetadata':{'promptTokenCount':8,"
                                        + "'candidatesTokenCount':3,'thoughtsTokenCount':10,'totalTokenCount':21}}]"),
                        new Usage(null, 8, 5, 13, 13, 21, 2)),
                Arguments.of(
                        "application/json",
                        text("{'usage':{'prompt_tokens':-5,'completion_tokens':1e3,'total_tokens':'7'}}"),
                        new Usage(null, -1, -1, -1, -1, -1, 0)),
                Arguments.of(
                        "application/json",
                        text(
                                "{'choices':[{'message':{'cont\\u0065nt':'abc'}}],'us\\u0061ge':{'prompt\\u005ftokens':7}}"),
                        new Usage(null, 7, -1, -1, -1, -1, 3)));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void readsTheSameWhereverABodyIsCut(String type, Buffer body, Usage expected) {
        Random random = new Random(body.length());
        assertThat(read(type, body)).isEqualTo(expected);
        Buffer[] bytes = IntStream.range(0, body.length())
                .mapToObj(i -> body.getBuffer(i, i + 1))
                .toArray(Buffer[]::new);
        assertThat(read(type, bytes)).isEqualTo(expected);

        for (int i = 0; i < CUTS; i++) {
            int[] cuts = random.ints(1 + random.nextInt(6), 0, body.length() + 1)
                    .sorted()
                    .toArray();
            Buffer[] chunks = new Buffer[cuts.length + 1];
            Arrays.setAll(
                    chunks, c -> body.getBuffer(c == 0 ? 0 : cuts[c - 1], c == cuts.length ? body.length() : cuts[c]));
            assertThat(read(type, chunks)).as("cut at %s", cuts).isEqualTo(expected);
        }
    }

    @Test
    void anEventStreamTellsNothingFromTheFirstWrongChecksumOn() {
        Buffer body = converse();
        int usage = body.length() - message("y", "").length();
        for (int at = 0; at < body.length(); at++) {
            Buffer wrong = body.copy();
            wrong.setByte(at, (byte) (body.getByte(at) ^ 1));
            assertThat(read(AMAZON, wrong).output()).as("byte %d", at).isEqualTo(-1);
        }
        assertThat(read(AMAZON, body.getBuffer(0, usage)).output()).isEqualTo(-1);
    }

    @Test
    void textIsSeenThoughTheAnswerBreaksOff() {
        Buffer cut = text("{'choices':[{'message':{'content':'12345678");

        assertThat(read("application/json", cut)).isEqualTo(new Usage(null, -1, -1, -1, -1, -1, 8));
    }

    @Test
    void readsNothingOfOtherBodies() {
        assertThat(new UsageReader(env, HeaderMap.empty()).isRead()).isFalse();
        assertThat(read("text/plain", text("{'usage':{'total_tokens':3}}"))).isEqualTo(Usage.NONE);
    }
}
