package io.policyengine.policies.content.shared.jsonschema;

import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import io.policyengine.core.schema.LimitedEvaluation;
import io.policyengine.core.schema.LinearTimePatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON Schema of the draft that {@code $schema} names: 2020-12 (the default), 2019-09 or 7. It cannot refer to other
 * schemas. Patterns use RE2 syntax and run in linear time. The number of evaluation steps is bounded by the size of the
 * validated text. Thread-safe.
 */
public final class BodySchema {
    private static final Set<String> DIALECTS = Set.of(
            "https://json-schema.org/draft/2020-12/schema",
            "https://json-schema.org/draft/2019-09/schema",
            "http://json-schema.org/draft-07/schema",
            "https://json-schema.org/draft-07/schema");

    /**
     * Maximum number of schema keywords that are evaluated to validate one text, in addition to
     * {@code MAX_STEPS_OF_VALUE} for each value in the text.
     */
    private static final long MAX_STEPS = 10_000;

    /**
     * Maximum number of schema keywords that are evaluated for each value in a text, on average, in addition to
     * {@code MAX_STEPS}.
     */
    private static final long MAX_STEPS_OF_VALUE = 500;

    /** Maximum nesting of evaluations of a JSON Schema. */
    private static final int MAX_DEPTH = 500;

    /** Maximum length of a schema violation's message, in characters; the rest is cut. */
    private static final int MAX_MESSAGE = 300;

    private static final Violation TOO_MANY_STEPS =
            new Violation("", "it takes too many steps to compare with the schema");

    /**
     * The violation for a number that the library cannot compare. The library throws if a number does not fit into a
     * long without loss.
     */
    private static final Violation TOO_LARGE_A_NUMBER =
            new Violation("", "it has a number that is too large to compare with the schema");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** The drafts, with replacements for keywords that clients could use to make validation slow. */
    private static final List<Dialect> HARDENED = Stream.of(
                    Dialects.getDraft202012(), Dialects.getDraft201909(), Dialects.getDraft7())
            .map(draft -> Dialect.builder(draft)
                    .keyword(new UniqueItems())
                    .format(new UnjudgedRegex())
                    .build())
            .toList();

    private final Schema schema;

    BodySchema(Schema schema) {
        this.schema = schema;
    }

    /**
     * Parses a schema.
     *
     * @param assertsFormat whether {@code format} is validated, not only annotated
     * @throws IllegalArgumentException if the text is not JSON or not a usable schema; the message has the reason and,
     *     for a schema, the position
     */
    public static BodySchema parse(String text, boolean assertsFormat) {
        try {
            return of(JSON.readTree(text), assertsFormat);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("not JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }

    /**
     * Compiles a schema.
     *
     * @param assertsFormat whether {@code format} is validated, not only annotated
     * @throws IllegalArgumentException if the schema is unusable, with the position
     */
    public static BodySchema of(JsonNode schema, boolean assertsFormat) {
        if (!schema.isObject() && !schema.isBoolean()) {
            throw new IllegalArgumentException("a JSON Schema is an object or a boolean");
        }
        String dialect =
                schema.path("$schema").asString(Dialects.getDraft202012().getId());
        if (!DIALECTS.contains(dialect.replaceFirst("#$", ""))) {
            throw new IllegalArgumentException("'$schema' names none of the drafts 2020-12, 2019-09 and 7");
        }
        try {
            SchemaRegistry registry = registry(assertsFormat);
            List<Error> faults = registry.getSchema(SchemaLocation.of(dialect)).validate(schema);
            if (!faults.isEmpty()) {
                throw new IllegalArgumentException("not a usable JSON Schema: at '"
                        + faults.getFirst().getInstanceLocation() + "': "
                        + faults.getFirst().getMessage());
            }
            Schema compiled = registry.getSchema(schema.deepCopy());
            compiled.initializeValidators();
            return new BodySchema(compiled);
        } catch (SchemaException | PatternSyntaxException | StackOverflowError unusable) {
            throw new IllegalArgumentException("not a usable JSON Schema: " + unusable.getMessage(), unusable);
        }
    }

    /** Creates a registry for a single schema, so that no schema can refer to another by {@code $id}. */
    static SchemaRegistry registry(boolean assertsFormat) {
        SchemaRegistryConfig config = SchemaRegistryConfig.builder()
                .pathType(PathType.JSON_POINTER)
                .regularExpressionFactory(new LinearTimePatterns())
                .formatAssertionsEnabled(assertsFormat)
                .build();
        return SchemaRegistry.withDialects(
                HARDENED,
                builder -> builder.defaultDialectId(Dialects.getDraft202012().getId())
                        .schemaRegistryConfig(config)
                        .schemaLoader(loader -> loader.fetchRemoteResources(false)
                                .allow(iri -> iri.toString().contains("//json-schema.org/"))));
    }

    /** Returns the violations of a text, at most {@code max}. */
    public List<Violation> violations(JsonNode text, int max) {
        ExecutionConfig usual = schema.createExecutionContext().getExecutionConfig();
        LimitedEvaluation evaluation = new LimitedEvaluation(
                ExecutionConfig.builder(usual)
                        .maxEvaluationSteps(MAX_STEPS + MAX_STEPS_OF_VALUE * values(text))
                        .maxEvaluationDepth(MAX_DEPTH)
                        .build(),
                max);
        try {
            List<Violation> violations = new ArrayList<>();
            for (Error error : schema.validate(evaluation, text, OutputFormat.DEFAULT)) {
                if (violations.size() < max) {
                    violations.add(new Violation(String.valueOf(error.getInstanceLocation()), message(error)));
                }
            }
            return violations;
        } catch (ValidationLimitExceededException | StackOverflowError tooMuch) {
            return List.of(TOO_MANY_STEPS);
        } catch (JacksonException beyond) {
            return List.of(TOO_LARGE_A_NUMBER);
        }
    }

    private static String message(Error error) {
        return error.getSchemaNode() != null && error.getSchemaNode().isBoolean()
                ? "is not permitted"
                : line(error.getMessage());
    }

    private static String line(String message) {
        String line = message.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
    }

    private static long values(JsonNode text) {
        long values = 1;
        for (JsonNode child : text) {
            values += values(child);
        }
        return values;
    }
}
