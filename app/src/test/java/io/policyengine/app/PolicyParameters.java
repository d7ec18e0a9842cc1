package io.policyengine.app;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The parameters of all policies, as the generated schema has them. */
final class PolicyParameters {
    private static final Path SCHEMA = Path.of("../docs/reference/schema/policies.schema.json");

    private final JsonNode policies = new JsonMapper().readTree(SCHEMA).path("$defs");

    /**
     * Returns the policy of a parameter, if there are both.
     *
     * @param name policy and parameter, such as {@code extAuthz.cache.max_bytes}; an asterisk is any name or index
     */
    Optional<String> policyOf(String name) {
        String[] steps = name.split("\\.", -1);
        JsonNode at = policies.path(steps[0]);
        for (int i = 1; i < steps.length; i++) {
            at = child(at, steps[i]);
        }
        return steps.length < 2 || at.isMissingNode() ? Optional.empty() : Optional.of(steps[0]);
    }

    private static JsonNode child(JsonNode of, String name) {
        Stream<JsonNode> shapes = Stream.concat(Stream.of(of), of.path("anyOf").valueStream());
        return shapes.flatMap(shape -> name.equals("*")
                        ? Stream.of(shape.path("additionalProperties"), shape.path("items"))
                        : Stream.of(shape.path("properties").path(name)))
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(of.path("none"));
    }
}
