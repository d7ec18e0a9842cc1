package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.policies.format.json.JsonPart;
import java.util.List;

/**
 * A message of a prompt.
 *
 * @param texts texts in order, including results of tools
 * @param isTextOnly false if the message contains more than texts, such as an image or a tool call
 * @param part the message in the body: an object, or a string
 */
public record PromptMessage(Role role, List<JsonPart.Text> texts, boolean isTextOnly, JsonPart part) {
    public PromptMessage {
        texts = List.copyOf(texts);
    }
}
