package io.policyengine.core.params;

import io.policyengine.core.params.JudgedSchema.Unusable;
import io.policyengine.core.params.JudgedSchema.Usable;
import tools.jackson.databind.JsonNode;

/**
 * The result of checking whether the schema of a policy's parameters is usable. A schema is checked once, when a worker
 * declares the policy.
 */
public sealed interface JudgedSchema permits Usable, Unusable {
    /** A schema that validates parameters at a bounded cost. */
    record Usable(ParamsValidator validator) implements JudgedSchema {}

    /**
     * A schema that is invalid or would be too expensive.
     *
     * @param why the reason, as text for an operator
     */
    record Unusable(String why) implements JudgedSchema {}

    /**
     * Checks a schema. Any exception or error makes the schema unusable, so that it cannot affect other policies. Takes
     * up to about 100 ms.
     */
    @SuppressWarnings(
            "CatchThrowable") // also an overflow of the stack, or a class that another version of a library lacks
    static JudgedSchema of(JsonNode schema) {
        try {
            return new Usable(ParamsValidator.of(schema));
        } catch (IllegalArgumentException unusable) {
            return new Unusable(String.valueOf(unusable.getMessage()));
        } catch (Throwable failed) {
            return new Unusable("it cannot be checked: " + failed.getClass().getSimpleName());
        }
    }
}
