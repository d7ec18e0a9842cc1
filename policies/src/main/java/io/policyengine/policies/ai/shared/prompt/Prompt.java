package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.format.json.JsonPart;
import java.util.List;
import java.util.Optional;

/**
 * The prompt of a request for a model: its messages, in any shape. Instructions in a separate member are the first
 * message, of the role {@link Role#SYSTEM}.
 *
 * @param request the body
 * @param shape in which it is read
 * @param messages in order
 */
public record Prompt(PromptBody request, ApiShape shape, List<PromptMessage> messages) {
    /** Copies. */
    public Prompt {
        messages = List.copyOf(messages);
    }

    /**
     * Reads the prompt of a request.
     *
     * @throws PromptFault if it has none that everyone reads in the same way
     */
    public static Prompt of(RequestView request, StopSignal stop) throws PromptFault {
        PromptBody body = PromptBody.of(request, stop);
        return of(body, body.shape(request));
    }

    /**
     * Reads the prompt of a body in this shape.
     *
     * @throws PromptFault if it is not as the shape has it
     */
    public static Prompt of(PromptBody request, ApiShape shape) throws PromptFault {
        return new Prompt(request, shape, new PromptReader(request.root(), PromptForm.of(shape)).messages());
    }

    /** The value of the instructions, where the shape has a member for them, and the request has that. */
    Optional<JsonPart> system() {
        return PromptForm.of(shape).system().stream()
                .flatMap(name -> request.root().get(name).stream())
                .filter(value -> !value.isNull())
                .findFirst();
    }
}
