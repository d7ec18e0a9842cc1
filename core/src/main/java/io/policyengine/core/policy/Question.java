package io.policyengine.core.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question of an operator, which reaches every entry of a policy by the management API.
 *
 * @param about names the kind of question, such as {@code quotas}; a policy does not answer those that it does not know
 * @param parameters by name, as the operator gave them: not to be trusted more than any text from outside
 */
public record Question(String about, Map<String, String> parameters) {
    /** A copy. */
    public Question {
        parameters = Map.copyOf(parameters);
    }

    /** A parameter, or null. */
    public @Nullable String parameter(String name) {
        return parameters.get(name);
    }

    /** The kind and the names only: values may name people. */
    @Override
    public String toString() {
        return about + parameters.keySet();
    }
}
