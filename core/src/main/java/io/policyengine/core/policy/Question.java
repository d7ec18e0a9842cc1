package io.policyengine.core.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operator's question, which the management API sends to every entry of a policy.
 *
 * @param about the kind of question, such as {@code quotas}; a policy does not answer kinds that it does not know
 * @param parameters by name, as the operator gave them: untrusted
 */
public record Question(String about, Map<String, String> parameters) {
    public Question {
        parameters = Map.copyOf(parameters);
    }

    public @Nullable String parameter(String name) {
        return parameters.get(name);
    }

    /** Returns the kind and the parameter names only, since values may name people. */
    @Override
    public String toString() {
        return about + parameters.keySet();
    }
}
