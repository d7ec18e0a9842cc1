package io.policyengine.policies.message.mockresponse;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.policies.shared.template.BodySyntax;
import io.policyengine.policies.shared.template.Template;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/** Compiles the parameters into a response. Used once. */
final class MockAnswerCompiler {
    private final List<ParamProblem> problems = new ArrayList<>();
    private final List<MockAnswer.Field> fields = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /**
     * Returns the compiled response.
     *
     * @throws InvalidParamsException with all problems
     */
    MockAnswer compile(MockResponseParams params) {
        String contentType = Octets.fromText(params.contentType());
        check(new SetBody(Buffer.buffer(), contentType), "/content_type");
        params.headers().forEach((name, values) -> field(name, values.values()));
        Template body = template(params.body(), "/body");
        if (body != null && !params.body().isEmpty()) {
            checkBody(body, params.status(), BodySyntax.of(contentType));
        }
        if (body == null || !problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new MockAnswer(
                params.status(), List.copyOf(fields), body, params.body().isEmpty() ? null : contentType);
    }

    private void checkBody(Template body, int status, BodySyntax syntax) {
        if (!ResponseView.allowsContent(status)) {
            problem("/body", "an answer with status " + status + " has no body (RFC 9110 §15)");
        }
        if (!syntax.keepsDataApart(body)) {
            problem("/body", "expected JSON with templates only inside strings");
        }
    }

    private void field(String name, List<String> values) {
        String key = HeaderMap.lowerCase(name);
        String place = JsonPointer.empty()
                .appendProperty("headers")
                .appendProperty(name)
                .toString();
        if (!names.add(key)) {
            problem(place, "the field is listed twice, in different cases: remove one");
        }
        if (key.equals("content-type")) {
            problem(place, "set content_type instead of this field");
        }
        for (int i = 0; i < values.size(); i++) {
            String pointer = values.size() == 1 ? place : place + "/" + i;
            Template value = template(values.get(i), pointer);
            if (value != null) {
                check(new SetHeader(name, literals(value)), pointer);
                fields.add(new MockAnswer.Field(name, i > 0, value));
            }
        }
    }

    private static String literals(Template template) {
        return template.parts().stream()
                .map(part -> part instanceof Template.Part.Literal(String octets) ? octets : "")
                .collect(Collectors.joining());
    }

    private @Nullable Template template(String text, String pointer) {
        try {
            return Template.parse(text);
        } catch (IllegalArgumentException wrong) {
            problem(pointer, String.valueOf(wrong.getMessage()));
            return null;
        }
    }

    private void check(ResponseInstruction instruction, String pointer) {
        String illegal = Instructions.check(instruction);
        if (illegal != null) {
            problem(pointer, illegal);
        }
    }

    private void problem(String pointer, String message) {
        problems.add(new ParamProblem(pointer, message));
    }
}
