package io.policyengine.policies.ai.costlimit;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Parses a file of prices: a YAML or JSON map of models, in the form of the parameter {@code prices}. */
record PriceFileParser() implements FileParser<PriceList> {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    record Prices(Map<String, Price> prices) {}

    @Override
    public PriceList parse(String text) {
        JsonNode written;
        try {
            written = YAML.readTree(text);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException(
                    "line " + malformed.getLocation().getLineNr() + " is not YAML, or lists a model twice", malformed);
        }
        JsonNode params = JsonNodeFactory.instance.objectNode().set("prices", written);
        return switch (ParamsBinder.of(Prices.class).bind(params)) {
            case BoundParams.Ok<Prices>(Prices bound) -> new PriceList(bound.prices());
            case BoundParams.Invalid<Prices>(List<ParamProblem> problems) ->
                throw new IllegalArgumentException(problems.stream()
                        .map(problem -> problem.pointer().replaceFirst("^/prices/?", "") + ": " + problem.message())
                        .collect(Collectors.joining("; ")));
        };
    }
}
