package io.policyengine.policies.usagemetering;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The use of a model, as a response tells it.
 *
 * @param model null if it is not told
 * @param input tokens, -1 if it is not told
 * @param output tokens, -1 if it is not told
 * @param total tokens, -1 if it is neither told nor the sum of the two
 */
record Usage(@Nullable String model, long input, long output, long total) {
    /** Nothing is told. */
    static final Usage NONE = new Usage(null, -1, -1, -1);

    /** The numbers that are known. Null if none is. */
    @Nullable
    ObjectNode tokens() {
        ObjectNode tokens = JsonNodeFactory.instance.objectNode();
        put(tokens, "input", input);
        put(tokens, "output", output);
        put(tokens, "total", total);
        return tokens.isEmpty() ? null : tokens;
    }

    private static void put(ObjectNode tokens, String name, long number) {
        if (number >= 0) {
            tokens.put(name, number);
        }
    }
}
