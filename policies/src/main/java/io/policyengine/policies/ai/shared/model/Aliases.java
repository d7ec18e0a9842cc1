package io.policyengine.policies.ai.shared.model;

import io.policyengine.core.params.ParamProblem;
import java.util.Collection;
import java.util.Map;
import tools.jackson.core.JsonPointer;

/** Aliases of models, as a map from alias to model. The model of an alias is never an alias itself. */
public record Aliases(Map<String, String> models) {
    public Aliases {
        models = Map.copyOf(models);
    }

    /** Reads the parameter {@code aliases} and records its problems. */
    public static Aliases of(Map<String, String> aliases, Collection<ParamProblem> problems) {
        aliases.forEach((name, model) -> {
            String pointer = "/aliases" + JsonPointer.empty().appendProperty(name);
            if (!ModelName.isLegal(name) || !ModelName.isLegal(model)) {
                problems.add(new ParamProblem(pointer, ModelName.RULE.substring(0, ModelName.RULE.indexOf(';'))));
            }
            if (aliases.containsKey(model)) {
                problems.add(new ParamProblem(pointer, "the value of an alias must be a model, not another alias"));
            }
        });
        return new Aliases(aliases);
    }

    /** Returns the model of an alias; returns any other name unchanged. */
    public String modelOf(String name) {
        return models.getOrDefault(name, name);
    }
}
