package io.policyengine.protocol;

import io.policyengine.core.policy.Question;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.AskPolicyRequest;
import io.policyengine.proto.worker.v1.AskPolicyResponse;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Encodes and decodes the messages of {@link WorkerMethod#ASK_POLICY}. */
public final class QuestionCodec {
    /** Maximum bytes of a worker's answers to a question of the management API. */
    static final int MAX_BYTES = 4 << 20;

    /** Maximum number of values and names in a worker's answers to a question of the management API. */
    static final int MAX_VALUES = 1 << 18;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private QuestionCodec() {}

    public static Buffer encodeQuestion(PolicyQuestion question) {
        return WireBytes.buffer(AskPolicyRequest.newBuilder()
                .setPolicy(question.policy())
                .setRoute(question.route())
                .setAbout(question.question().about())
                .putAllParameters(question.question().parameters())
                .build());
    }

    public static PolicyQuestion decodeQuestion(Buffer encoded) throws MalformedCallException {
        AskPolicyRequest wire = WireBytes.question(AskPolicyRequest.parser(), WireBytes.bytes(encoded));
        return new PolicyQuestion(
                wire.getPolicy(), wire.getRoute(), new Question(wire.getAbout(), wire.getParametersMap()));
    }

    public static Buffer encode(List<EntryAnswer> answers) {
        AskPolicyResponse.Builder wire = AskPolicyResponse.newBuilder();
        for (EntryAnswer answer : answers) {
            io.policyengine.proto.worker.v1.EntryAnswer.Builder one =
                    wire.addAnswersBuilder().setRoute(answer.route()).setEntry(answer.entry());
            JsonNode json = answer.answer();
            if (json != null) {
                one.setJson(json.toString());
            } else {
                one.setFailure(WireBytes.orEmpty(answer.failure()));
            }
        }
        return WireBytes.buffer(wire.build());
    }

    /**
     * Decodes at most {@link WorkerControl#MAX_ANSWERS} answers of a worker. Long answers would keep an event loop busy
     * for too long.
     *
     * @throws WorkerException of kind INVALID_ANSWER if the message is malformed, too long, or has too many values
     */
    public static List<EntryAnswer> decode(Buffer encoded) {
        if (encoded.length() > MAX_BYTES) {
            throw new WorkerException(Kind.INVALID_ANSWER, "an answer of more than " + MAX_BYTES + " bytes");
        }
        Values values = new Values();
        List<EntryAnswer> answers = new ArrayList<>();
        for (io.policyengine.proto.worker.v1.EntryAnswer wire : WireBytes.answer(
                        AskPolicyResponse.getDefaultInstance(), encoded)
                .getAnswersList()) {
            if (answers.size() == WorkerControl.MAX_ANSWERS) {
                break;
            }
            answers.add(
                    wire.hasJson()
                            ? new EntryAnswer(wire.getRoute(), wire.getEntry(), values.json(wire.getJson()), null)
                            : new EntryAnswer(
                                    wire.getRoute(),
                                    wire.getEntry(),
                                    null,
                                    TextTruncation.oneOf(wire.getFailure(), "the worker gives no reason")));
        }
        return answers;
    }

    /**
     * The number of values that the answers of one message may still have. The values are counted before any is
     * decoded.
     */
    private static final class Values {
        private int left = MAX_VALUES;

        JsonNode json(String text) {
            try {
                count(text);
                return JsonText.decode("an answer", text);
            } catch (MalformedCallException | JacksonException malformed) {
                throw new WorkerException(Kind.INVALID_ANSWER, "an answer is not JSON");
            }
        }

        private void count(String text) {
            try (JsonParser parser = JSON.createParser(text)) {
                while (parser.nextToken() != null) {
                    left--;
                    if (left < 0) {
                        throw new WorkerException(
                                Kind.INVALID_ANSWER, "answers of more than " + MAX_VALUES + " values");
                    }
                }
            }
        }
    }
}
