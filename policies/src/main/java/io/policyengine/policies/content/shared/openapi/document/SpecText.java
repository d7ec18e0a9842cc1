package io.policyengine.policies.content.shared.openapi.document;

import java.util.Collection;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parses a file of a document: JSON, or YAML 1.2 (core schema), with unique keys. A file has at most {@value
 * #MAX_VALUES} values, including those that aliases repeat. Its nesting is limited by the thread's stack.
 */
public final class SpecText {
    /**
     * Maximum number of values in a file of an OpenAPI document. The document of GitHub's API, the largest in wide use,
     * has about 400,000.
     */
    static final int MAX_VALUES = 1_000_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private int values;

    private SpecText() {}

    /**
     * Parses a text.
     *
     * @throws DocumentFault if the text is not an object in JSON or YAML, or exceeds a limit
     */
    public static JsonNode read(String text) {
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try {
            JsonNode tree = content.stripLeading().startsWith("{")
                    ? new SpecText().json(content)
                    : new SpecText().yaml(content);
            if (!tree.isObject()) {
                throw new DocumentFault("line 1: an object is expected, as the whole of the file");
            }
            return tree;
        } catch (StackOverflowError tooDeep) {
            throw new DocumentFault("it is nested too deeply to be read");
        }
    }

    private JsonNode json(String text) {
        try {
            countValues(text);
            return JSON.readTree(text);
        } catch (JacksonException malformed) {
            throw new DocumentFault(
                    "line " + Math.max(1, malformed.getLocation().getLineNr()) + ": not JSON: "
                            + malformed.getOriginalMessage());
        }
    }

    private void countValues(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue() || token.isStructStart()) {
                    countValue();
                }
            }
        }
    }

    private void countValue() {
        values++;
        if (values > MAX_VALUES) {
            throw new DocumentFault("it has more than " + MAX_VALUES + " values, including those that aliases repeat");
        }
    }

    private JsonNode yaml(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setAllowDuplicateKeys(false)
                .setCodePointLimit(Integer.MAX_VALUE)
                .setMaxAliasesForCollections(MAX_VALUES)
                .build();
        try {
            return node(new Load(settings).loadFromString(text));
        } catch (MarkedYamlEngineException malformed) {
            int line =
                    malformed.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new DocumentFault("line " + line + ": not YAML: " + malformed.getProblem());
        } catch (YamlEngineException malformed) {
            throw new DocumentFault(
                    "not YAML: " + String.valueOf(malformed.getMessage()).replaceAll("\\s+", " "));
        }
    }

    /** Converts a value. Aliases are copied; the maximum number of values bounds the copies. */
    private JsonNode node(Object value) {
        countValue();
        return switch (value) {
            case null -> NODES.nullNode();
            case Map<?, ?> mapping -> object(mapping);
            case Collection<?> list -> {
                ArrayNode array = NODES.arrayNode();
                list.forEach(item -> array.add(node(item)));
                yield array;
            }
            case Boolean truth -> NODES.booleanNode(truth);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case java.math.BigInteger number -> NODES.numberNode(number);
            case Double number
            when !Double.isFinite(number) -> throw new DocumentFault("'.nan' or '.inf', which JSON cannot express");
            case Double number -> NODES.numberNode(java.math.BigDecimal.valueOf(number));
            default -> NODES.stringNode(value.toString());
        };
    }

    /** Converts a mapping. Its keys may have types other than text, such as the number 200. */
    private ObjectNode object(Map<?, ?> mapping) {
        ObjectNode object = NODES.objectNode();
        mapping.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (object.has(name)) {
                throw new DocumentFault("the key '" + name + "' occurs twice, as text and as another type");
            }
            object.set(name, node(value));
        });
        return object;
    }
}
