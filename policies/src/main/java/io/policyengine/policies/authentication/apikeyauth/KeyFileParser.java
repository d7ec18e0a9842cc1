package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Parses a key file: a YAML list of {@link ApiKeyEntry}. An empty list is a valid file without keys. An empty file is
 * refused, since it may be only partially written.
 *
 * @param inline keys of the parameters, which the file must not repeat
 */
record KeyFileParser(KeyTable inline) implements FileParser<KeyTable> {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFileParser.class);
    private static final String LIST = "keys";
    /**
     * A YAML parser without a length limit; with one, it would report longer texts as invalid YAML. Its caller limits
     * the length.
     */
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .loadSettings(LoadSettings.builder()
                            .setCodePointLimit(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final ParamsBinder<Keys> BINDER = ParamsBinder.of(Keys.class);

    /** A wrapper around the list of keys, so that the list can be bound like policy parameters. */
    record Keys(List<ApiKeyEntry> keys) {}

    @Override
    public KeyTable parse(String text) {
        JsonNode list = read(text);
        if (!list.isArray()) {
            throw new IllegalArgumentException(
                    "line 1: a list of keys is expected: - { consumer: NAME, sha256: DIGEST }");
        }
        JsonNode wrapped = JsonNodeFactory.instance.objectNode().set(LIST, list);
        KeyTable table = switch (BINDER.bind(wrapped)) {
            case BoundParams.Invalid<Keys>(var problems) -> throw refusal(text, problems);
            case BoundParams.Ok<Keys>(Keys(var keys)) ->
                switch (KeyTable.read(keys, "/" + LIST, inline)) {
                    case KeyTable.Reading.Invalid(var problems) -> throw refusal(text, problems);
                    case KeyTable.Reading.Ok(KeyTable good) -> good;
                };
        };
        if (table.plainKeys() > 0) {
            LOG.warn(
                    "apiKeyAuth: number of plain-text keys in a key file: {}; anyone who can read the file can use "
                            + "them: give sha256 instead of plain",
                    table.plainKeys());
        }
        return table;
    }

    private static JsonNode read(String text) {
        try {
            return YAML.readTree(text);
        } catch (JacksonException malformed) {
            // The library's message quotes the text, which may be a key.
            throw new IllegalArgumentException(
                    "line " + Math.max(1, malformed.getLocation().getLineNr()) + ": not well-formed YAML");
        }
    }

    private static IllegalArgumentException refusal(String text, List<ParamProblem> problems) {
        List<Integer> lines = lines(text);
        return new IllegalArgumentException(
                problems.stream().map(problem -> describe(problem, lines)).collect(Collectors.joining("; ")));
    }

    private static String describe(ParamProblem problem, List<Integer> lines) {
        String[] steps = problem.pointer().split("/", 4);
        int index = steps.length > 2 ? Integer.parseInt(steps[2]) : 0;
        String where = steps.length > 3 ? ": " + steps[3] : "";
        return "line " + (index < lines.size() ? lines.get(index) : 1) + where + ": " + problem.message();
    }

    /** Returns the line number of each entry of a list that was parsed without error. */
    private static List<Integer> lines(String text) {
        List<Integer> lines = new ArrayList<>();
        try (JsonParser parser = YAML.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                lines.add(parser.currentTokenLocation().getLineNr());
                parser.skipChildren();
            }
        }
        return lines;
    }
}
