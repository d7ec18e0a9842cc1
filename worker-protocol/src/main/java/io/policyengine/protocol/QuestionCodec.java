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
import tools.jackson.databind.JsonNode;

/** The codec of {@link WorkerMethod#ASK_POLICY}. */
public final class QuestionCodec {
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
     * Decodes the answers of a worker, at most {@link WorkerControl#MAX_ANSWERS}.
     *
     * @throws WorkerException of kind INVALID_ANSWER if the message is malformed
     */
    public static List<EntryAnswer> decode(Buffer encoded) {
        List<EntryAnswer> answers = new ArrayList<>();
        for (io.policyengine.proto.worker.v1.EntryAnswer wire : WireBytes.answer(
                        AskPolicyResponse.getDefaultInstance(), encoded)
                .getAnswersList()) {
            if (answers.size() == WorkerControl.MAX_ANSWERS) {
                break;
            }
            answers.add(
                    wire.hasJson()
                            ? new EntryAnswer(wire.getRoute(), wire.getEntry(), json(wire.getJson()), null)
                            : new EntryAnswer(
                                    wire.getRoute(),
                                    wire.getEntry(),
                                    null,
                                    TextTruncation.oneOf(wire.getFailure(), "it does not say why")));
        }
        return answers;
    }

    private static JsonNode json(String text) {
        try {
            return JsonText.decode("an answer", text);
        } catch (MalformedCallException malformed) {
            throw new WorkerException(Kind.INVALID_ANSWER, String.valueOf(malformed.getMessage()));
        }
    }
}
