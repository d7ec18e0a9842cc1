package io.policyengine.policies.ai.prompttemplate;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.params.ParamProblem;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A compiled variable of a template.
 *
 * @param maxChars maximum number of characters of a string
 * @param pattern pattern that must match the whole string
 * @param values permitted strings; empty for any
 * @param fallback text used if a request has no value
 */
record TemplateVariable(
        PromptTemplateParams.Type type,
        int maxChars,
        Optional<Pattern> pattern,
        List<String> values,
        Optional<BigDecimal> min,
        Optional<BigDecimal> max,
        Optional<String> fallback) {
    /** Maximum precision and scale of a number that a prompt template inserts, in digits. */
    private static final int MAX_DIGITS = 100;

    static TemplateVariable of(PromptTemplateParams.Variable params, String pointer, List<ParamProblem> problems) {
        boolean isNumber =
                params.type() == PromptTemplateParams.Type.INTEGER || params.type() == PromptTemplateParams.Type.NUMBER;
        if (params.type() != PromptTemplateParams.Type.STRING
                && (params.pattern() != null || params.values() != null)) {
            problems.add(new ParamProblem(pointer, "pattern and values are permitted only for strings"));
        }
        if (!isNumber && (params.min() != null || params.max() != null)) {
            problems.add(new ParamProblem(pointer, "min and max are permitted only for numbers"));
        }
        TemplateVariable bare = new TemplateVariable(
                params.type(),
                params.maxChars(),
                pattern(params.pattern(), pointer + "/pattern", problems),
                params.values() == null ? List.of() : List.copyOf(params.values()),
                Optional.ofNullable(params.min()).map(BigDecimal::valueOf),
                Optional.ofNullable(params.max()).map(BigDecimal::valueOf),
                Optional.empty());
        return params.fallback() == null ? bare : bare.withFallback(params.fallback(), pointer, problems);
    }

    private static Optional<Pattern> pattern(@Nullable String text, String pointer, List<ParamProblem> problems) {
        try {
            return Optional.ofNullable(text).map(Pattern::compile);
        } catch (PatternSyntaxException wrong) {
            problems.add(
                    new ParamProblem(pointer, "not a regular expression in RE2 syntax: " + wrong.getDescription()));
            return Optional.empty();
        }
    }

    private TemplateVariable withFallback(JsonNode value, String pointer, List<ParamProblem> problems) {
        Optional<String> text = textOf(value);
        if (text.isEmpty()) {
            problems.add(new ParamProblem(
                    pointer + "/fallback",
                    "the variable does not permit this value: give one " + "within its type and bounds"));
        }
        return new TemplateVariable(type, maxChars, pattern, values, min, max, text);
    }

    /** Returns the text of a value for the prompt; empty if the variable does not permit the value. */
    Optional<String> textOf(JsonNode value) {
        return switch (type) {
            case STRING ->
                value.isString() ? Optional.of(value.stringValue()).filter(this::isAllowed) : Optional.empty();
            case INTEGER -> value.isIntegralNumber() ? number(value.decimalValue()) : Optional.empty();
            case NUMBER -> value.isNumber() ? number(value.decimalValue()) : Optional.empty();
            case BOOLEAN -> value.isBoolean() ? Optional.of(value.toString()) : Optional.empty();
        };
    }

    private boolean isAllowed(String text) {
        return text.codePointCount(0, text.length()) <= maxChars
                && text.codePoints().noneMatch(TemplateVariable::isNoText)
                && (values.isEmpty() || values.contains(text))
                && (pattern.isEmpty() || pattern.get().matches(text));
    }

    /** Returns whether a character is an unpaired surrogate, or a control character other than tabs and line breaks. */
    private static boolean isNoText(int c) {
        boolean isOfLines = c == '\n' || c == '\r' || c == '\t';
        return (Character.isISOControl(c) && !isOfLines) || Character.getType(c) == Character.SURROGATE;
    }

    private Optional<String> number(BigDecimal value) {
        boolean isShort = value.precision() <= MAX_DIGITS && Math.abs((long) value.scale()) <= MAX_DIGITS;
        boolean isWithin = isShort
                && (min.isEmpty() || value.compareTo(min.get()) >= 0)
                && (max.isEmpty() || value.compareTo(max.get()) <= 0);
        return isWithin ? Optional.of(value.toPlainString()) : Optional.empty();
    }
}
