package io.policyengine.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelOptionalLibrary;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.Program;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The CEL dialect of one phase, for expressions of one or several result types. Immutable, thread-safe, expensive to
 * create.
 */
final class Language {
    /**
     * Maximum number of iterations in one evaluation of a CEL expression, over all uses of {@code all}, {@code exists},
     * {@code map} and similar macros.
     */
    static final int MAX_ITERATIONS = 1000;

    /** Maximum length of a CEL expression, in code points. */
    private static final int LONGEST = 4096;

    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(LONGEST)
            .comprehensionMaxIterations(MAX_ITERATIONS)
            .enableOptionalSyntax(true)
            .enableHeterogeneousNumericComparisons(true)
            .build();

    private static final CelOptionalLibrary OPTIONAL = CelExtensions.optional();

    /** CEL's string functions, restricted to those that take linear time. */
    private static final CelStringExtensions STRINGS = CelExtensions.strings(
            CelStringExtensions.Function.LOWER_ASCII,
            CelStringExtensions.Function.UPPER_ASCII,
            CelStringExtensions.Function.TRIM,
            CelStringExtensions.Function.SPLIT,
            CelStringExtensions.Function.SUBSTRING,
            CelStringExtensions.Function.INDEX_OF);

    private static final CelRuntime RUNTIME = runtime();

    private final Phase phase;
    private final CelCompiler compiler;
    private final List<CelType> results;

    Language(Phase phase, List<CelType> results) {
        this.phase = phase;
        this.results = results;
        var builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(OPTIONAL, STRINGS)
                .setResultType(results.size() == 1 ? results.getFirst() : SimpleType.DYN);
        Variable.in(phase).forEach(variable -> builder.addVar(variable.name(), variable.type()));
        this.compiler = builder.build();
    }

    /** Creates CEL's legacy runtime. The other runtime, the planner, would copy every map that it receives. */
    private static CelRuntime runtime() {
        return CelRuntimeFactory.legacyCelRuntimeBuilder()
                .setOptions(OPTIONS)
                .setStandardEnvironmentEnabled(false)
                .setStandardFunctions(CelStandardFunctions.newBuilder()
                        .excludeFunctions(CelStandardFunctions.StandardFunction.MATCHES)
                        .build())
                .addFunctionBindings(
                        CelFunctionBinding.from(Patterns.FUNCTION, String.class, String.class, Patterns::matches),
                        CelFunctionBinding.from("matches_string", String.class, String.class, Patterns::matches))
                .addLibraries(OPTIONAL, STRINGS)
                .build();
    }

    sealed interface Result {
        /**
         * A valid expression.
         *
         * @param facts the facts about the values that it reads
         * @param variables the names of its variables
         * @param sources the values that become a part of its value
         * @param zero the condition under which its value may be 0 or less; false if it is no number
         */
        record Ok(Program program, EntryFacts facts, Set<String> variables, ValueSources sources, Formula zero)
                implements Result {}

        record Invalid(List<ExpressionFault> faults) implements Result {}
    }

    Result compile(String text) {
        CelValidationResult checked = compiler.compile(text);
        if (checked.hasError()) {
            return new Result.Invalid(checked.getErrors().stream()
                    .map(issue -> fault(issue, text))
                    .toList());
        }
        try {
            CelAbstractSyntaxTree expression = checked.getAst();
            CelType result = expression.getResultType();
            if (!result.equals(SimpleType.DYN) && !results.contains(result)) {
                return new Result.Invalid(List.of(new ExpressionFault(
                        1, 1, "its type is " + result.name() + ", but must be one of: " + names())));
            }
            List<ExpressionFault> faults = new ArrayList<>(Patterns.faults(expression));
            faults.addAll(Uses.faults(expression));
            faults.addAll(PathTexts.faults(expression));
            return faults.isEmpty()
                    ? new Result.Ok(
                            RUNTIME.createProgram(expression),
                            Uses.of(expression, phase),
                            Uses.variables(expression),
                            ValueSources.of(expression.getExpr()),
                            results.contains(SimpleType.INT)
                                    ? new ZeroReader(text).read(expression.getExpr())
                                    : new Formula.Constant(false))
                    : new Result.Invalid(faults);
        } catch (CelValidationException | CelEvaluationException fault) {
            throw new IllegalStateException("a valid expression cannot be run", fault);
        }
    }

    /**
     * Returns the logical structure of an expression; a single atom if it cannot be parsed. Types are not checked, which
     * would take several times as long.
     */
    Formula structure(String text) {
        CelValidationResult parsed = compiler.parse(text);
        try {
            return parsed.hasError()
                    ? new Formula.Atom(text, Set.of("metadata"), null, null, false)
                    : new FormulaReader(text).read(parsed.getAst().getExpr());
        } catch (CelValidationException fault) {
            throw new IllegalStateException("a valid expression cannot be read", fault);
        }
    }

    private String names() {
        return results.stream().map(CelType::name).collect(Collectors.joining(", "));
    }

    private ExpressionFault fault(CelIssue issue, String text) {
        int line = Math.max(0, issue.getSourceLocation().getLine());
        int column = Math.max(0, issue.getSourceLocation().getColumn() + 1);
        String message = issue.getMessage();
        if (message.startsWith("undeclared reference") && line > 0) {
            String name = nameAt(text, line, column);
            if (!name.isEmpty()) {
                return new ExpressionFault(line, column, unknown(name));
            }
        }
        return new ExpressionFault(line, column, plain(message));
    }

    /** Removes the names of the parser's tokens and of type variables from a message. */
    private static String plain(String message) {
        return message.replace("mismatched input '<EOF>'", "the expression ends too early")
                .replaceAll(" expecting [{<].*| \\(in container ''\\)| \\(candidates: \\(%A0, %A0\\)\\)", "");
    }

    /**
     * Returns the dotted name at a position. Returns an empty text if no name begins there; the fault is then an
     * unknown function.
     */
    private static String nameAt(String text, int line, int column) {
        String rest = text.lines().skip(line - 1L).findFirst().orElse("");
        int begin = rest.offsetByCodePoints(0, Math.min(column - 1, rest.codePointCount(0, rest.length())));
        int end = begin;
        while (end < rest.length()
                && (Character.isLetterOrDigit(rest.charAt(end))
                        || rest.charAt(end) == '_'
                        || rest.charAt(end) == '.')) {
            end++;
        }
        return rest.substring(begin, end);
    }

    private String unknown(String name) {
        Variable elsewhere = Variable.named(name);
        if (elsewhere != null) {
            return "'" + name + "' is not available in a request_flow";
        }
        List<String> known = Variable.in(phase).stream().map(Variable::name).toList();
        return "unknown name '" + name + "'" + NearestKey.hint(name, known, "names");
    }
}
