package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.Shape;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parameters that all entries of a policy in one worker share: {@code worker_core.policies.config.NAME}. A
 * parameter of an entry replaces the shared one completely: mappings are not merged. Equality ignores positions.
 */
@Shape("""
        {"type": "object"}""")
public final class PolicySettings {
    /** Settings without any parameter. */
    public static final PolicySettings NONE = of(JsonNodeFactory.instance.objectNode());

    private final ObjectNode values;
    private final Source source;

    private PolicySettings(ObjectNode values, Source source) {
        this.values = values;
        this.source = source;
    }

    /**
     * Creates settings without a position.
     * @param values the parameters, with resolved secrets
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static PolicySettings of(ObjectNode values) {
        return new PolicySettings(values.deepCopy(), Source.at(Location.ofFile("")));
    }

    PolicySettings at(Source place) {
        return new PolicySettings(values, place);
    }

    /** Returns a copy of the values with resolved secrets: not to be logged. */
    @JsonValue
    public ObjectNode values() {
        return values.deepCopy();
    }

    /** The names of the given parameters. */
    public Set<String> names() {
        return Set.copyOf(values.propertyNames());
    }

    /** Returns an entry's parameters, with the shared value of each parameter that the entry does not set. */
    public ObjectNode under(ObjectNode params) {
        var merged = values.deepCopy();
        merged.setAll(params);
        return merged;
    }

    /** Converts a problem of the settings to one with its position in the file. */
    public Problem problem(String policy, ParamProblem problem) {
        return source.problem(policy, problem);
    }

    public Location location() {
        return source.location();
    }

    /**
     * Adapts a problem found in the result of {@link #under} to the entry. If the faulty value comes from these
     * settings, the message names their position.
     * @param params the parameters of the entry
     */
    public ParamProblem placed(ParamProblem problem, ObjectNode params) {
        if (problem.isIn(params) || !problem.isIn(values)) {
            return problem;
        }
        var here = problem("", problem);
        return new ParamProblem("", here.message().substring(2) + " (from 'policies.config', " + here.location() + ")");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PolicySettings settings && values.equals(settings.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Lists names only, since values may be secrets. */
    @Override
    public String toString() {
        return names().toString();
    }
}
