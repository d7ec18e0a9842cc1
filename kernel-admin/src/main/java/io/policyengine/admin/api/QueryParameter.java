package io.policyengine.admin.api;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A query parameter of an operation. Both the check of values and the schema in the OpenAPI document follow from this
 * declaration.
 *
 * @param name the parameter's name
 * @param description one sentence for the OpenAPI document
 * @param isRequired whether a request without the parameter is refused
 * @param values the permitted values
 */
record QueryParameter(String name, String description, boolean isRequired, Values values) {
    /** Maximum characters of a text in a query of the management API. */
    static final int MAX_TEXT = 1_024;

    /** The values that a parameter may have. */
    sealed interface Values {}

    /**
     * A line of text without control characters, of at most {@value #MAX_TEXT} characters.
     *
     * @param minLength minimum characters, 0 or 1
     */
    record Text(int minLength) implements Values {}

    /**
     * A text that matches a pattern.
     *
     * @param pattern a regular expression in RE2 syntax that JavaScript reads in the same way, anchored
     * @param form the description of the permitted texts for callers
     */
    record Form(Pattern pattern, String form) implements Values {}

    /**
     * A choice between several texts.
     *
     * @param usual the default, or null if there is none
     */
    record Choice(List<String> texts, @Nullable String usual) implements Values {}

    /**
     * A whole number in decimal digits.
     *
     * @param usual the default, or null if there is none
     */
    record Whole(int min, int max, @Nullable Integer usual) implements Values {}

    /** Either {@code true} or {@code false}, by default {@code false}. */
    record Flag() implements Values {}

    static QueryParameter text(String name, String description) {
        return new QueryParameter(name, description, false, new Text(0));
    }

    static QueryParameter form(String name, String description, String pattern, String form) {
        return new QueryParameter(name, description, false, new Form(Pattern.compile(pattern), form));
    }

    static QueryParameter choice(String name, String description, List<String> texts) {
        return new QueryParameter(name, description, false, new Choice(texts, null));
    }

    /** Returns a parameter whose values are the names of an enum's constants in lower case. */
    static <E extends Enum<E>> QueryParameter constant(
            String name, String description, Class<E> type, @Nullable E usual) {
        List<String> texts =
                Arrays.stream(type.getEnumConstants()).map(QueryParameter::text).toList();
        return new QueryParameter(name, description, false, new Choice(texts, usual == null ? null : text(usual)));
    }

    static QueryParameter whole(String name, String description, int min, int max, int usual) {
        return new QueryParameter(name, description, false, new Whole(min, max, usual));
    }

    static QueryParameter flag(String name, String description) {
        return new QueryParameter(name, description, false, new Flag());
    }

    /** Returns a copy of this parameter that is required. */
    QueryParameter required() {
        Values present = values instanceof Text ? new Text(1) : values;
        return new QueryParameter(name, description, true, present);
    }

    private static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Checks the value of this parameter in a request.
     *
     * @param value the value in the request, or null if the request lacks the parameter
     * @throws ApiProblem if the value is refused, or is missing but required
     */
    void check(@Nullable String value) {
        if (value == null) {
            if (isRequired) {
                throw refused("is missing: " + description);
            }
            return;
        }
        switch (values) {
            case Text(int minLength) -> {
                int length = value.codePointCount(0, value.length());
                if (length < minLength || length > MAX_TEXT) {
                    throw refused("must have from " + minLength + " to " + MAX_TEXT + " characters");
                }
                PlainText.check(ApiProblem.Code.INVALID_QUERY, "'" + name + "'", value);
            }
            case Form(Pattern pattern, String form) -> {
                if (!pattern.matcher(value).find()) {
                    throw refused("must be " + form);
                }
            }
            case Choice(List<String> texts, String _) -> {
                if (!texts.contains(value)) {
                    throw refused("must be one of " + String.join(", ", texts));
                }
            }
            case Whole(int min, int max, Integer _) -> {
                if (!isWhole(value, min, max)) {
                    throw refused("must be a number from " + min + " to " + max);
                }
            }
            case Flag() -> {
                if (!value.equals("true") && !value.equals("false")) {
                    throw refused("must be 'true' or 'false'");
                }
            }
        }
    }

    private static boolean isWhole(String value, int min, int max) {
        if (value.isEmpty() || !value.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return false;
        }
        try {
            int number = Integer.parseInt(value);
            return number >= min && number <= max;
        } catch (NumberFormatException tooLong) {
            return false;
        }
    }

    /**
     * Returns the parsed value of a parameter that matches a pattern, or null if the query lacks the parameter.
     *
     * @param parser returns a value for every text that the pattern permits
     */
    <T> @Nullable T parsed(Map<String, String> query, Function<String, @Nullable T> parser) {
        String text = query.get(name);
        return text == null ? null : Objects.requireNonNull(parser.apply(text), name);
    }

    private ApiProblem refused(String why) {
        return new ApiProblem(ApiProblem.Code.INVALID_QUERY, "'" + name + "' " + why);
    }

    /** Returns the parameter as an object of the OpenAPI document. */
    ObjectNode described() {
        ObjectNode parameter = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("in", "query")
                .put("description", description);
        if (isRequired) {
            parameter.put("required", true);
        }
        return parameter.set("schema", schema());
    }

    private ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        switch (values) {
            case Text(int minLength) ->
                schema.put("type", "string")
                        .put("minLength", minLength)
                        .put("maxLength", MAX_TEXT)
                        .put("pattern", PlainText.PATTERN);
            case Form(Pattern pattern, String _) -> schema.put("type", "string").put("pattern", pattern.pattern());
            case Choice(List<String> texts, String usual) -> {
                ArrayNode all = schema.put("type", "string").putArray("enum");
                texts.forEach(all::add);
                if (usual != null) {
                    schema.put("default", usual);
                }
            }
            case Whole(int min, int max, Integer usual) -> {
                schema.put("type", "integer").put("minimum", min).put("maximum", max);
                if (usual != null) {
                    schema.put("default", usual);
                }
            }
            case Flag() -> schema.put("type", "boolean").put("default", false);
        }
        return schema;
    }
}
