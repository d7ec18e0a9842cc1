package io.policyengine.core.params;

import com.google.re2j.PatternSyntaxException;
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
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.PathType;
import io.policyengine.core.schema.LimitedEvaluation;
import io.policyengine.core.schema.LinearTimePatterns;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Validates parameters against a JSON Schema (draft 2020-12 unless {@code $schema} names another). Fetches no remote
 * schemas, and runs patterns in linear time. Thread-safe.
 */
public final class ParamsValidator {
    /** The last problem of a list that was truncated to {@value #MAX_ERRORS}. */
    public static final ParamProblem MORE = new ParamProblem("", "not all problems are listed: fix these first");

    /** The result of a check that was stopped after too many steps. The actual problems are unknown. */
    public static final ParamProblem GIVEN_UP =
            new ParamProblem("", "checking these parameters against the policy's schema takes too many steps");

    /** Maximum number of problems that one check of parameters reports. */
    private static final int MAX_ERRORS = 500;

    /**
     * Maximum number of keywords evaluated in one check of parameters, in addition to {@code MAX_STEPS_OF_VALUE} for
     * each value.
     */
    private static final long MAX_STEPS = 10_000;

    /**
     * Maximum number of keywords evaluated for each value of the parameters, in addition to {@code MAX_STEPS} for the
     * check.
     */
    private static final long MAX_STEPS_OF_VALUE = 200;

    /** Maximum depth of the evaluation of a third party's schema. */
    private static final int MAX_DEPTH = 500;

    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .regularExpressionFactory(new LinearTimePatterns())
            .build();

    /** The JSON Schema dialect with the engine's own keywords, which only annotate. */
    private static final Dialect DIALECT = Dialect.builder(Dialects.getDraft202012())
            .keywords(Stream.of(Restart.KEYWORD, FormerKeys.RENAMED, FormerKeys.REMOVED)
                    .map(NonValidationKeyword::new)
                    .toList())
            .build();

    private static final SchemaRegistry TRUSTED = registry();

    private final JsonNode root;
    private final Schema schema;
    /** True if the schema is evaluated with a maximum number of steps. */
    private final boolean bounded;

    private ParamsValidator(JsonNode root, Schema schema, boolean bounded) {
        this.root = root;
        this.schema = schema;
        this.bounded = bounded;
    }

    /**
     * Returns a validator for a third party's schema, such as the schema of a worker in another language.
     * @throws IllegalArgumentException if the schema is invalid, exceeds the {@link SchemaBounds}, refers to other
     *     schemas, or has a pattern that RE2 does not support
     */
    public static ParamsValidator of(JsonNode schema) {
        if (!schema.isObject() && !schema.isBoolean()) {
            throw new IllegalArgumentException("a JSON Schema is an object or a boolean");
        }
        try {
            SchemaBounds.check(schema);
            var dialect = schema.path("$schema").asString(DIALECT.getId());
            var faults = metaSchema(dialect).validate(schema);
            if (!faults.isEmpty()) {
                var fault = faults.getFirst();
                throw new IllegalArgumentException(
                        "not a usable JSON Schema: at '" + fault.getInstanceLocation() + "': " + fault.getMessage());
            }
            return ofGenerated(schema);
        } catch (SchemaException | PatternSyntaxException e) {
            throw new IllegalArgumentException("not a usable JSON Schema: " + e.getMessage(), e);
        }
    }

    private static Schema metaSchema(String dialect) {
        return dialect.equals(DIALECT.getId())
                ? UsualMetaSchema.LOADED
                : registry().getSchema(SchemaLocation.of(dialect));
    }

    /** Holds the meta-schema, loaded on first use. Loading takes ten times as long as checking a schema against it. */
    private static final class UsualMetaSchema {
        static final Schema LOADED = registry().getSchema(SchemaLocation.of(DIALECT.getId()));

        private UsualMetaSchema() {}
    }

    /**
     * Returns a validator for a schema that was generated in this process, with the bounds on steps and depth that
     * third parties' schemas have.
     */
    public static ParamsValidator ofGenerated(JsonNode schema) {
        return of(registry(), schema, true);
    }

    /** Returns a validator without bounds on steps and depth, for a schema that was generated in this process. */
    public static ParamsValidator ofTrusted(JsonNode schema) {
        return of(TRUSTED, schema, false);
    }

    private static ParamsValidator of(SchemaRegistry registry, JsonNode schema, boolean bounded) {
        var copy = schema.deepCopy();
        var compiled = registry.getSchema(copy);
        compiled.initializeValidators();
        return new ParamsValidator(copy, compiled, bounded);
    }

    // One for each foreign schema: those of different workers must not see each other by $id.
    private static SchemaRegistry registry() {
        return SchemaRegistry.withDefaultDialect(
                DIALECT,
                builder -> builder.schemaRegistryConfig(CONFIG)
                        .schemaLoader(loader -> loader.fetchRemoteResources(false)
                                .allow(iri -> iri.toString().contains("//json-schema.org/"))));
    }

    /**
     * Returns the problems in the order of the text; empty if the parameters are valid. After {@value #MAX_ERRORS}
     * problems the list ends with {@link #MORE}. If a third party's schema takes more steps than the parameters permit,
     * returns only {@link #GIVEN_UP}.
     */
    public List<ParamProblem> validate(JsonNode params) {
        var usual = schema.createExecutionContext();
        if (!bounded) {
            return validate(params, new LimitedEvaluation(usual.getExecutionConfig(), MAX_ERRORS));
        }
        var steps = MAX_STEPS + MAX_STEPS_OF_VALUE * values(params);
        try {
            return validate(
                    params,
                    new LimitedEvaluation(
                            ExecutionConfig.builder(usual.getExecutionConfig())
                                    .maxEvaluationSteps(steps)
                                    .maxEvaluationDepth(MAX_DEPTH)
                                    .build(),
                            MAX_ERRORS));
        } catch (ValidationLimitExceededException | StackOverflowError tooMuch) {
            return List.of(GIVEN_UP);
        }
    }

    private static long values(JsonNode params) {
        var values = 1L;
        for (var child : params) {
            values += values(child);
        }
        return values;
    }

    private List<ParamProblem> validate(JsonNode params, LimitedEvaluation evaluation) {
        var errors = schema.validate(evaluation, params, OutputFormat.DEFAULT);
        var problems = new SchemaErrors(root, params).explain(errors);
        return evaluation.isCut()
                ? Stream.concat(problems.stream(), Stream.of(MORE)).toList()
                : problems;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ParamsValidator validator
                && bounded == validator.bounded
                && root.equals(validator.root);
    }

    @Override
    public int hashCode() {
        return root.hashCode();
    }
}
