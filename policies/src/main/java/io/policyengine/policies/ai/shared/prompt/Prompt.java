package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.format.json.JsonPart;
import java.util.List;
import java.util.Optional;

/**
 * The prompt of a model request: its messages, in the shape of any provider's interface. Instructions in a separate
 * member are the first message, with the role {@link Role#SYSTEM}.
 *
 * @param request the body
 * @param shape interface whose shape the body has
 * @param messages messages in order
 */
public record Prompt(PromptBody request, ApiShape shape, List<PromptMessage> messages) {
    public Prompt {
        messages = List.copyOf(messages);
    }

    /**
     * Reads the prompt of a request.
     *
     * @throws PromptFault if the request has no prompt, or an ambiguous one
     */
    public static Prompt of(RequestView request, StopSignal stop) throws PromptFault {
        PromptBody body = PromptBody.of(request, stop);
        return of(body, body.shape(request));
    }

    /**
     * Reads the prompt of a body that has the shape of this interface.
     *
     * @throws PromptFault if the body does not match the shape
     */
    public static Prompt of(PromptBody request, ApiShape shape) throws PromptFault {
        return new Prompt(request, shape, new PromptReader(request.root(), PromptForm.of(shape)).messages());
    }

    /** Returns the value of the member for instructions; empty if the interface or the request has no such member. */
    Optional<JsonPart> system() {
        return PromptForm.of(shape).system().stream()
                .flatMap(name -> request.root().get(name).stream())
                .filter(value -> !value.isNull())
                .findFirst();
    }
}
