package io.policyengine.core.params;

import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.PathType;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Checks parameters against a JSON Schema (draft 2020-12 unless {@code $schema} names another). Thread-safe. Fetches nothing,
 * and patterns run in linear time.
 */
public final class ParamsValidator {
    /** Ends what is found where more is wrong than {@value #MAX_ERRORS}. */
    public static final ParamProblem MORE =
            new ParamProblem("", "more is wrong here than is listed: mend these problems first");

    private static final int MAX_ERRORS = 500;

    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .regularExpressionFactory(new LinearTimePatterns())
            .build();

    /** Keywords that say more than what is valid. */
    private static final Dialect DIALECT = Dialect.builder(Dialects.getDraft202012())
            .keywords(Stream.of(Restart.KEYWORD, FormerKeys.RENAMED, FormerKeys.REMOVED)
                    .map(NonValidationKeyword::new)
                    .toList())
            .build();

    private static final SchemaRegistry TRUSTED = registry();

    private final JsonNode root;
    private final Schema schema;

    private ParamsValidator(JsonNode root, Schema schema) {
        this.root = root;
        this.schema = schema;
    }

    /**
     * A validator for a schema, perhaps of a worker in another language.
     *
     * @throws IllegalArgumentException if the schema is none, refers to others, or has a pattern that RE2 does not know
     */
    public static ParamsValidator of(JsonNode schema) {
        if (!schema.isObject() && !schema.isBoolean()) {
            throw new IllegalArgumentException("a JSON Schema is an object or a boolean");
        }
        try {
            var dialect = schema.path("$schema").asString(DIALECT.getId());
            var faults = registry().getSchema(SchemaLocation.of(dialect)).validate(schema);
            if (!faults.isEmpty()) {
                var fault = faults.getFirst();
                throw new IllegalArgumentException(
                        "not a usable JSON Schema: at '" + fault.getInstanceLocation() + "': " + fault.getMessage());
            }
            return of(registry(), schema);
        } catch (SchemaException | PatternSyntaxException e) {
            throw new IllegalArgumentException("not a usable JSON Schema: " + e.getMessage(), e);
        }
    }

    /** A validator for a schema that was generated here. */
    static ParamsValidator ofTrusted(JsonNode schema) {
        return of(TRUSTED, schema);
    }

    private static ParamsValidator of(SchemaRegistry registry, JsonNode schema) {
        var copy = schema.deepCopy();
        var compiled = registry.getSchema(copy);
        compiled.initializeValidators();
        return new ParamsValidator(copy, compiled);
    }

    // One for each foreign schema: those of different workers must not see each other by $id.
    private static SchemaRegistry registry() {
        return SchemaRegistry.withDefaultDialect(
                DIALECT,
                builder -> builder.schemaRegistryConfig(CONFIG)
                        .schemaLoader(loader -> loader.fetchRemoteResources(false)
                                .allow(iri -> iri.toString().contains("//json-schema.org/"))));
    }

    /** All that is wrong, in the order of the text, or the first of it and {@link #MORE}; empty if nothing is. */
    public List<ParamProblem> validate(JsonNode params) {
        var evaluation = new Evaluation(schema.createExecutionContext());
        var errors = schema.validate(evaluation, params, OutputFormat.DEFAULT);
        var problems = new SchemaErrors(root, params).explain(errors);
        return evaluation.isCut
                ? Stream.concat(problems.stream(), Stream.of(MORE)).toList()
                : problems;
    }

    /** Holds no more errors than are worth reading: each takes about a kilobyte, and a file may have one for every value. */
    private static final class Evaluation extends ExecutionContext {
        private boolean isCut;

        Evaluation(ExecutionContext usual) {
            super(usual.getExecutionConfig());
        }

        @Override
        public void addError(Error error) {
            if (getErrors().size() < MAX_ERRORS) {
                super.addError(error);
            } else {
                isCut = true;
            }
        }

        /** Called with the errors so far, and with those of alternatives after them. */
        @Override
        public void setErrors(List<Error> errors) {
            if (errors.size() > 2 * MAX_ERRORS) {
                errors.subList(MAX_ERRORS, errors.size()).clear();
                isCut = true;
            }
            super.setErrors(errors);
        }
    }

    private static final class LinearTimePatterns implements RegularExpressionFactory {
        @Override
        public RegularExpression getRegularExpression(String regex) {
            var pattern = com.google.re2j.Pattern.compile(regex);
            return value -> pattern.matcher(value).find();
        }
    }
}
