package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Answers of a worker's policies to a question of an operator. */
class QuestionCodecTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static EntryAnswer answer(JsonNode json) {
        return new EntryAnswer("/r", "e", json, null);
    }

    private static ArrayNode zeros(int count) {
        ArrayNode zeros = JSON.arrayNode();
        for (int i = 0; i < count; i++) {
            zeros.add(0);
        }
        return zeros;
    }

    private static void isRefused(List<EntryAnswer> answers, String why) {
        Buffer encoded = QuestionCodec.encode(answers);

        assertThatThrownBy(() -> QuestionCodec.decode(encoded))
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.INVALID_ANSWER))
                .hasMessageContaining(why);
    }

    @Test
    void answersOfMoreBytesOrValuesThanAnybodySendsAreRefused() {
        isRefused(List.of(answer(JSON.stringNode("x".repeat(QuestionCodec.MAX_BYTES)))), "more than 4194304 bytes");
        isRefused(List.of(answer(zeros(QuestionCodec.MAX_VALUES))), "more than 262144 values");
        isRefused(
                List.of(answer(zeros(QuestionCodec.MAX_VALUES / 2)), answer(zeros(QuestionCodec.MAX_VALUES / 2))),
                "more than 262144 values");
    }

    /** As many denials by an entry in shadow mode as a worker keeps, each as long as it can be. */
    @Test
    void theLongestAnswersOfTheEnginesOwnWorkersAreDecoded() {
        ArrayNode denials = JSON.arrayNode();
        for (int i = 0; i < 1_000; i++) {
            denials.addObject()
                    .put("time", "2026-01-31T16:30:00.123456789Z")
                    .put("request_id", "€".repeat(128))
                    .put("policy", "p".repeat(64))
                    .put("phase", "response")
                    .put("method", "M".repeat(256))
                    .put("path", "€".repeat(256))
                    .put("client", "c".repeat(256))
                    .put("status", 403)
                    .put("reason", "€".repeat(256))
                    .put("code", "C".repeat(64));
        }
        List<EntryAnswer> answers = List.of(answer(denials));

        assertThat(QuestionCodec.decode(QuestionCodec.encode(answers))).isEqualTo(answers);
    }

    @Test
    void anAnswerThatIsNoJsonIsRefused() {
        Buffer encoded = QuestionCodec.encode(List.of(answer(JSON.stringNode("0123456789"))));
        int at = encoded.toString().indexOf("\"0123456789\"");
        byte[] broken = encoded.getBytes();
        broken[at] = '{';

        assertThatThrownBy(() -> QuestionCodec.decode(Buffer.buffer(broken)))
                .isInstanceOf(WorkerException.class)
                .hasMessage("an answer is not JSON");
    }
}
