package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.policies.format.json.JsonPart;
import java.util.List;

/**
 * A message of a prompt.
 *
 * @param texts in order, including results of tools
 * @param isTextOnly false if it contains more than texts: an image, a tool call
 * @param part its place in the body: an object, or a string
 */
public record PromptMessage(Role role, List<JsonPart.Text> texts, boolean isTextOnly, JsonPart part) {
    public PromptMessage {
        texts = List.copyOf(texts);
    }
}
