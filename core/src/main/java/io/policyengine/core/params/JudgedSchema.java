package io.policyengine.core.params;

import io.policyengine.core.params.JudgedSchema.Unusable;
import io.policyengine.core.params.JudgedSchema.Usable;
import tools.jackson.databind.JsonNode;

/** The verdict on the schema of a policy's parameters, made once, when a worker declares it. */
public sealed interface JudgedSchema permits Usable, Unusable {
    /** A schema that can check parameters at a bounded cost. */
    record Usable(ParamsValidator validator) implements JudgedSchema {}

    /**
     * A schema that is too expensive or invalid.
     *
     * @param why the reason, for users
     */
    record Unusable(String why) implements JudgedSchema {}

    /**
     * Judges a schema. Anything thrown makes it unusable, so that no schema harms other policies. Takes up to some 100
     * ms.
     */
    @SuppressWarnings(
            "CatchThrowable") // also an overflow of the stack, or a class that another version of a library lacks
    static JudgedSchema of(JsonNode schema) {
        try {
            return new Usable(ParamsValidator.of(schema));
        } catch (IllegalArgumentException unusable) {
            return new Unusable(String.valueOf(unusable.getMessage()));
        } catch (Throwable failed) {
            return new Unusable("it cannot be judged: " + failed.getClass().getSimpleName());
        }
    }
}
