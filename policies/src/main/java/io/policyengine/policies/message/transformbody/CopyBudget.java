package io.policyengine.policies.message.transformbody;

import tools.jackson.databind.JsonNode;

/**
 * The budget of values and characters that a patch may copy within a body. Copies of copies double in size each time,
 * so a short list of operations could otherwise fill any heap.
 */
final class CopyBudget {
    /** Maximum characters that the operations of a JSON Patch copy for one body. */
    private static final long CHARACTERS = 2 << 20;

    private long values;
    private long characters = CHARACTERS;

    /** Creates a budget of the given number of values, and of 2 Mi characters. */
    CopyBudget(long values) {
        this.values = values;
    }

    /**
     * Returns a deep copy of the value, and charges the budget for it.
     *
     * @throws UnfitBodyException if the budget is exhausted
     */
    JsonNode copyOf(JsonNode value) throws UnfitBodyException {
        charge(value);
        return value.deepCopy();
    }

    private void charge(JsonNode value) throws UnfitBodyException {
        values--;
        characters -= value.isContainer() ? 0 : value.asString("").length();
        for (String name : value.propertyNames()) {
            characters -= name.length();
        }
        if (values < 0 || characters < 0) {
            throw UnfitBodyException.tooLarge("the patch copies too much of it");
        }
        for (JsonNode part : value.values()) {
            charge(part);
        }
    }
}
