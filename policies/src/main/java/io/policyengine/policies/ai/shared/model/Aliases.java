package io.policyengine.policies.ai.shared.model;

import io.policyengine.core.params.ParamProblem;
import java.util.Collection;
import java.util.Map;
import tools.jackson.core.JsonPointer;

/**
 * Other names of models.
 *
 * @param models by the name that stands for each; none is such a name itself
 */
public record Aliases(Map<String, String> models) {
    /** Copies. */
    public Aliases {
        models = Map.copyOf(models);
    }

    /** Reads the parameter {@code aliases}; notes what is wrong with it. */
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

    /** The model that a name stands for: itself if it is no alias. */
    public String modelOf(String name) {
        return models.getOrDefault(name, name);
    }
}
