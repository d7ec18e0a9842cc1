package io.policyengine.core.params;

import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Binds JSON to a record; the record's components define the schema. Names are in snake case, durations in
 * milliseconds, enums in lower case. {@link Default} applies to absent keys at any depth. Created once per type;
 * thread-safe.
 * @param <P> the parameter record
 */
public final class ParamsBinder<P extends Record> {
    private static final String PROBLEMS = "problems";
    private static final JsonMapper MAPPER =
            RecordMapper.JSON.rebuild().addHandler(new RefusalCollector()).build();

    /** The cached binders, by record: building a schema takes a hundred times as long as validating parameters. */
    private static final ClassValue<ParamsBinder<?>> OF_RECORDS = new ClassValue<>() {
        @Override
        protected ParamsBinder<?> computeValue(Class<?> type) {
            return made(type.asSubclass(Record.class));
        }
    };

    private static final ClassValue<ParamsBinder<?>> OF_POLICIES = new ClassValue<>() {
        @Override
        protected ParamsBinder<?> computeValue(Class<?> type) {
            return madeForPolicy(type.asSubclass(Record.class));
        }
    };

    private final ObjectNode schema;
    /** The schema of the nested form; null if the record has no flat components. */
    private final @Nullable ObjectNode nested;

    private final ParamsValidator validator;
    private final boolean acceptsSingleItems;
    private final Class<P> type;
    /** The reader of JSON; null until the first binding, since its creation examines all classes of the record. */
    private volatile @Nullable ObjectReader reader;

    private ParamsBinder(Class<P> type, ObjectNode nested, ObjectNode schema, boolean acceptsSingleItems) {
        this.type = type;
        this.nested = FlatRecords.areIn(nested) ? nested : null;
        this.schema = schema;
        this.validator = ParamsValidator.ofTrusted(schema);
        this.acceptsSingleItems = acceptsSingleItems;
        SchemaDefaults.check(schema);
    }

    /**
     * Returns the binder of a record.
     *
     * @throws IllegalArgumentException if no usable schema can be derived, for example because a default does not match
     *     the schema
     */
    @SuppressWarnings("unchecked") // each binder is stored under its own class
    public static <P extends Record> ParamsBinder<P> of(Class<P> type) {
        return (ParamsBinder<P>) OF_RECORDS.get(type);
    }

    private static <P extends Record> ParamsBinder<P> made(Class<P> type) {
        var nested = RecordSchemas.nested(type);
        return new ParamsBinder<>(type, nested, flattened(nested), false);
    }

    private static ObjectNode flattened(ObjectNode nested) {
        var schema = nested.deepCopy();
        FlatRecords.flatten(schema);
        return schema;
    }

    /**
     * Returns the binder for the parameters of a policy. A list with one item may be written as that item.
     * @throws IllegalArgumentException if no usable schema can be derived from the record
     */
    @SuppressWarnings("unchecked") // each binder is stored under its own class
    public static <P extends Record> ParamsBinder<P> ofPolicy(Class<P> type) {
        return (ParamsBinder<P>) OF_POLICIES.get(type);
    }

    private static <P extends Record> ParamsBinder<P> madeForPolicy(Class<P> type) {
        var nested = RecordSchemas.nested(type);
        var schema = flattened(nested);
        SingleItems.allow(schema);
        return new ParamsBinder<>(type, nested, schema, true);
    }

    /** Returns a copy of the JSON Schema, draft 2020-12. */
    public ObjectNode schema() {
        return schema.deepCopy();
    }

    /** Returns a copy of the schema in which these keys are optional, because their values are given elsewhere. */
    public ObjectNode schemaWithout(Set<String> given) {
        var copy = schema();
        if (copy.path("required") instanceof ArrayNode required) {
            required.removeIf(key -> given.contains(key.stringValue()));
            if (required.isEmpty()) {
                copy.remove("required");
            }
        }
        return copy;
    }

    /** Returns the schema as a usable one without checking it, since it was generated in this process. */
    public JudgedSchema judged() {
        return new JudgedSchema.Usable(validator);
    }

    /** Returns a copy of valid JSON, completed with defaults. */
    public JsonNode withDefaults(JsonNode params) {
        var complete = params.deepCopy();
        SchemaDefaults.apply(schema, complete);
        return complete;
    }

    /** Returns the record, or all problems. Does not modify the JSON. */
    public BoundParams<P> bind(JsonNode params) {
        var problems = validator.validate(params);
        if (!problems.isEmpty()) {
            return new BoundParams.Invalid<>(problems);
        }
        return bindValidated(params);
    }

    /**
     * Adapts the pointer of a problem to these parameters, in which a list with one item may be written as that item.
     */
    public static ParamProblem asWritten(ParamProblem problem, JsonNode params) {
        return new ParamProblem(SingleItems.asWritten(problem.pointer(), params), problem.message());
    }

    /** Binds JSON as {@link #bind} does, but without validation, since the JSON was validated as part of a document. */
    public BoundParams<P> bindValidated(JsonNode params) {
        var complete = withDefaults(params);
        if (nested != null) {
            FlatRecords.nest(nested, complete);
        }
        var found = new ArrayList<ParamProblem>();
        try {
            P value = reader().withAttribute(PROBLEMS, found).readValue(complete);
            return found.isEmpty() ? new BoundParams.Ok<>(type.cast(value)) : new BoundParams.Invalid<>(written(found));
        } catch (JacksonException e) {
            if (found.isEmpty()) {
                found.add(unreadable(e));
            }
            return new BoundParams.Invalid<>(written(found));
        }
    }

    private ObjectReader reader() {
        var known = reader;
        if (known == null) {
            var strict = MAPPER.readerFor(type);
            known = acceptsSingleItems ? strict.with(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY) : strict;
            reader = known;
        }
        return known;
    }

    private List<ParamProblem> written(List<ParamProblem> found) {
        return nested == null
                ? List.copyOf(found)
                : found.stream()
                        .map(problem ->
                                new ParamProblem(FlatRecords.asWritten(nested, problem.pointer()), problem.message()))
                        .toList();
    }

    // Jackson's own message may quote the value.
    private static ParamProblem unreadable(JacksonException e) {
        var pointer = JsonPointer.empty();
        for (var step : e.getPath()) {
            var name = step.getPropertyName();
            pointer = name == null ? pointer.appendIndex(step.getIndex()) : pointer.appendProperty(name);
        }
        var target = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        var remedy = "a value that cannot be used here: too large, or malformed";
        if (target == Instant.class) {
            remedy = "expected a date and time such as 2027-01-31T08:00:00Z";
        } else if (target == LocalDate.class) {
            remedy = "expected a date such as 2027-01-31";
        } else if (target == URI.class) {
            remedy = "expected a URI";
        }
        return new ParamProblem(pointer.toString(), remedy);
    }

    /** Records the exceptions of constructors and lets Jackson continue, so that all invalid values are found. */
    private static final class RefusalCollector extends DeserializationProblemHandler {
        @Override
        public @Nullable Object handleInstantiationProblem(
                DeserializationContext context, Class<?> type, @Nullable Object argument, Throwable problem) {
            var thrown = problem instanceof ValueInstantiationException && problem.getCause() != null
                    ? problem.getCause()
                    : problem;
            @SuppressWarnings("unchecked") // bind puts it there
            var found = (List<ParamProblem>) context.getAttribute(PROBLEMS);
            var pointer =
                    context.getParser().streamReadContext().pathAsPointer().toString();
            if (thrown instanceof IllegalArgumentException && thrown.getMessage() != null) {
                found.add(new ParamProblem(pointer, thrown.getMessage()));
            } else if (found.isEmpty()) { // else most likely a consequence of the null that stands for a refused part
                found.add(new ParamProblem(
                        pointer,
                        "refused by " + type.getSimpleName() + " ("
                                + thrown.getClass().getSimpleName() + ")"));
            }
            return null;
        }
    }
}
