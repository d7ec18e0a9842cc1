package io.policyengine.core.expression;

import dev.cel.common.CelErrorCode;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A CEL expression over {@code request}, {@code response}, {@code identity}, {@code metadata} and {@code envoy}.
 * Compiled once. Evaluation never blocks and takes time proportional to the data that it reads. Immutable, thread-safe.
 * @param <T> the type of the expression's value
 */
public final class Expression<T> {
    private static final String RAW_PATH = "request.raw_path";

    private static final Languages CONDITIONS = Languages.of(SimpleType.BOOL);
    private static final Languages TEXTS = Languages.of(SimpleType.STRING);
    private static final Languages NUMBERS = Languages.of(SimpleType.INT, SimpleType.UINT, SimpleType.DOUBLE);

    private final Program program;
    private final Class<T> type;
    private final EntryFacts facts;
    private final Set<String> variables;
    private final boolean hasOptionals;
    private final Formula zero;
    private final ValueSources sources;

    private Expression(Language.Result.Ok compiled, Class<T> type, String text) {
        this.program = compiled.program();
        this.type = type;
        this.facts = facts(compiled.facts(), compiled.variables(), type);
        this.variables = compiled.variables();
        this.hasOptionals = hasOptionals(text);
        this.zero = compiled.zero();
        this.sources = compiled.sources();
    }

    /** Compiles a boolean expression. */
    public static Compiled<Boolean> condition(String text, Phase phase) {
        return compile(CONDITIONS, text, phase, Boolean.class);
    }

    /** Compiles a string expression. */
    public static Compiled<String> text(String text, Phase phase) {
        return compile(TEXTS, text, phase, String.class);
    }

    /** Compiles a numeric expression. Its value is an int, a uint or a double, and may be infinite or NaN. */
    public static Compiled<Number> number(String text, Phase phase) {
        return compile(NUMBERS, text, phase, Number.class);
    }

    /**
     * The facts about the identity, the headers of its phase and Envoy's metadata that the expression reads. The checks
     * of its chain use them.
     */
    public EntryFacts facts() {
        return facts;
    }

    /** Returns whether the expression reads the variable, for example {@code request.path}. */
    public boolean reads(String variable) {
        return variables.contains(variable);
    }

    /** Returns whether the expression's value may contain a part of the variable's value. */
    public boolean contains(String variable) {
        return isIn(variable, sources.always());
    }

    /**
     * Returns whether the expression's value may contain a part of the variable's value, but only for messages without
     * an identity.
     */
    public boolean containsForAnonymous(String variable) {
        return isIn(variable, sources.anonymous());
    }

    private static boolean isIn(String variable, Set<String> names) {
        return names.stream().anyMatch(name -> name.equals(variable) || name.startsWith(variable + "."));
    }

    /**
     * Returns a condition that is true for each message for which the value of a numeric expression may be 0 or less.
     * The condition may also be true for other messages, since not every bound of a value is recognized.
     */
    public Formula zero() {
        return zero;
    }

    /**
     * Evaluates the expression on a request.
     *
     * @throws PolicyException if the expression has no value; the message quotes nothing of the request
     */
    public T evaluate(RequestContext context) {
        return evaluate(ExpressionValues.of(context), ErrorCode.INVALID_REQUEST);
    }

    /** Evaluates the expression on a response; see {@link #evaluate(RequestContext)}. */
    public T evaluate(ResponseContext context) {
        return evaluate(ExpressionValues.of(context), ErrorCode.INVALID_RESPONSE);
    }

    /** Returns whether the expression may use optional values, which would hide that a value is unknown. */
    private static boolean hasOptionals(String text) {
        return text.contains("[?") || text.contains(".?") || text.contains("optional.");
    }

    /**
     * Evaluates the expression on recorded values. Returns empty if these do not determine the result, or if the
     * evaluation fails.
     */
    public Optional<T> evaluateKnown(KnownValues known) {
        KnownValues asked = known.copy();
        try {
            Object value = program.eval(asked);
            boolean isKnown = type.isInstance(value) && !(hasOptionals && asked.hasGivenUnknown());
            return isKnown ? Optional.of(type.cast(value)) : Optional.empty();
        } catch (CelEvaluationException | KnownValues.UnknownValueException open) {
            return Optional.empty();
        }
    }

    private T evaluate(ExpressionValues seen, ErrorCode otherwise) {
        Object value;
        try {
            value = program.eval(seen);
        } catch (CelEvaluationException failed) {
            throw failure(otherwise, sentence(failed.getErrorCode()) + placeOf(failed));
        }
        if (!type.isInstance(value)) {
            throw failure(otherwise, "its value is not a " + nameOf(type));
        }
        return type.cast(value);
    }

    /** Returns the structure of a valid condition. A condition that cannot be parsed is a single atom. */
    public static Formula structure(String condition, Phase phase) {
        return CONDITIONS.in(phase).structure(condition);
    }

    private static String nameOf(Class<?> type) {
        if (type.equals(Number.class)) {
            return "number";
        }
        return type.equals(Boolean.class) ? "bool" : "string";
    }

    private static PolicyException failure(ErrorCode code, String why) {
        return new PolicyException(code, "an expression cannot be evaluated: " + why);
    }

    private static String sentence(CelErrorCode code) {
        return switch (code) {
            case ATTRIBUTE_NOT_FOUND -> "a missing key (test for it with has(), 'in' or [?key])";
            case INDEX_OUT_OF_BOUNDS -> "an index outside of its list";
            case DIVIDE_BY_ZERO -> "a division by zero";
            case NUMERIC_OVERFLOW -> "a number that is too large";
            case BAD_FORMAT, INVALID_ARGUMENT -> "an argument that cannot be converted";
            case OVERLOAD_NOT_FOUND, AMBIGUOUS_OVERLOAD, TYPE_NOT_FOUND -> "values of incompatible types";
            case DUPLICATE_ATTRIBUTE -> "a key that occurs twice";
            case ITERATION_BUDGET_EXCEEDED -> "more than " + Language.MAX_ITERATIONS + " iterations";
            case INTERNAL_ERROR -> "an error inside of it";
        };
    }

    /**
     * Returns the position of the failure in the expression. The position is available only in the library's message,
     * the rest of which may quote the request.
     */
    private static String placeOf(CelEvaluationException failed) {
        String message = String.valueOf(failed.getMessage());
        String before = "evaluation error at <input>:";
        int end = message.indexOf(':', before.length());
        return message.startsWith(before) && end > 0 ? ", at character " + message.substring(before.length(), end) : "";
    }

    private static <T> Compiled<T> compile(Languages languages, String text, Phase phase, Class<T> type) {
        return switch (languages.in(phase).compile(text)) {
            case Language.Result.Ok compiled -> new Compiled.Ok<>(new Expression<>(compiled, type, text));
            case Language.Result.Invalid(var faults) -> new Compiled.Invalid<>(faults);
        };
    }

    /** Returns the facts of an expression. A condition that reads the raw path also has {@link Fact#USES_RAW_PATH}. */
    private static EntryFacts facts(EntryFacts facts, Set<String> variables, Class<?> type) {
        boolean isDecision = type.equals(Boolean.class) && variables.contains(RAW_PATH);
        return isDecision ? facts.with(Fact.USES_RAW_PATH) : facts;
    }

    /**
     * The CEL dialects of both phases for expressions with the given result types. Each is created on first use.
     * Thread-safe.
     */
    private static final class Languages {
        private final List<CelType> results;
        private final Map<Phase, Language> byPhase = new ConcurrentHashMap<>();

        private Languages(List<CelType> results) {
            this.results = results;
        }

        static Languages of(CelType... results) {
            return new Languages(List.of(results));
        }

        Language in(Phase phase) {
            return byPhase.computeIfAbsent(phase, missing -> new Language(missing, results));
        }
    }
}
