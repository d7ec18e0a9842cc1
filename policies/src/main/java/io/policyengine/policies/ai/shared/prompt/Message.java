package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.policies.format.json.JsonPart;
import java.util.List;

/**
 * A message of a prompt.
 *
 * @param texts in order, those in the results of tools included
 * @param isTextOnly false if there is more in it than texts: an image, a call of a tool
 * @param part its place in the body: an object, or the string that all of it is
 */
public record Message(Role role, List<JsonPart.Text> texts, boolean isTextOnly, JsonPart part) {
    /** Copies. */
    public Message {
        texts = List.copyOf(texts);
    }
}
