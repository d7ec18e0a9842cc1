package io.policyengine.policies.ai.shared.model;

import io.policyengine.core.params.ParamProblem;
import java.util.Collection;
import java.util.Map;
import tools.jackson.core.JsonPointer;

/** Aliases of models, as a map from alias to model; no alias stands for another. */
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
                problems.add(new ParamProblem(pointer, "an alias stands for a model, not for another alias"));
            }
        });
        return new Aliases(aliases);
    }

    /** Returns the model that an alias stands for, or the name itself if it is no alias. */
    public String modelOf(String name) {
        return models.getOrDefault(name, name);
    }
}
