package io.policyengine.core.params;

import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Converts a validator's errors to sentences. The sentences name the kinds of values, but never the values, which may
 * be secrets.
 */
final class SchemaErrors {
    private static final Set<String> ALTERNATIVES = Set.of("anyOf", "oneOf");

    private final JsonNode schema;
    private final JsonNode params;

    SchemaErrors(JsonNode schema, JsonNode params) {
        this.schema = schema;
        this.params = params;
    }

    List<ParamProblem> explain(List<Error> errors) {
        if (errors.isEmpty()) {
            return List.of();
        }
        var order = new HashMap<String, Integer>();
        number("", params, order);
        return explainBelow(errors, 0).stream()
                .distinct()
                .sorted(Comparator.comparingInt(problem -> order.getOrDefault(problem.pointer(), 0)))
                .toList();
    }

    private static void number(String pointer, JsonNode node, Map<String, Integer> order) {
        order.put(pointer, order.size());
        if (node.isObject()) {
            node.forEachEntry((key, child) -> number(pointer + "/" + escape(key), child, order));
        }
        for (var index = 0; node.isArray() && index < node.size(); index++) {
            number(pointer + "/" + index, node.get(index), order);
        }
    }

    /** Explains errors whose evaluation paths are equal in their first {@code depth} elements. */
    private List<ParamProblem> explainBelow(List<Error> errors, int depth) {
        var problems = new ArrayList<ParamProblem>();
        var choices = new LinkedHashMap<String, List<Error>>();
        var wrongKinds = errors.stream()
                .filter(error -> "type".equals(error.getKeyword()) && choiceStep(error, depth) < 0)
                .map(error -> error.getInstanceLocation().toString())
                .collect(Collectors.toSet());
        for (var error : errors) {
            var step = choiceStep(error, depth);
            if (step >= 0) {
                choices.computeIfAbsent(
                                prefix(error.getEvaluationPath(), step) + " " + place(error, step),
                                _ -> new ArrayList<>())
                        .add(error);
            } else if ("type".equals(error.getKeyword())
                    || !wrongKinds.contains(error.getInstanceLocation().toString())) {
                problems.add(problem(error));
            }
        }
        choices.values().forEach(group -> problems.addAll(explainChoice(group, choiceStep(group.getFirst(), depth))));
        return problems;
    }

    /**
     * Returns the problems of the alternative that the author most likely intended, or the permitted kinds if that is
     * unclear.
     */
    private List<ParamProblem> explainChoice(List<Error> errors, int step) {
        var branches = errors.stream()
                .filter(error -> error.getEvaluationPath().getNameCount() > step + 2)
                .collect(Collectors.groupingBy(
                        error -> element(error.getEvaluationPath(), step + 1),
                        LinkedHashMap::new,
                        Collectors.toList()));
        var first = errors.getFirst();
        if (branches.isEmpty()) {
            return List.of(new ParamProblem(pointer(first), "matches more than one of the alternatives"));
        }
        var place = place(first, step);
        var candidates = branches.values().stream()
                .filter(branch -> branch.stream().noneMatch(error -> isWrongKindAt(error, place)))
                .toList();
        if (candidates.isEmpty()) {
            var kinds = new LinkedHashSet<String>();
            errors.stream().filter(error -> isWrongKindAt(error, place)).forEach(error -> kinds.addAll(kinds(error)));
            return List.of(new ParamProblem(place, expected(kinds, place)));
        }
        var constants = candidates.stream()
                .map(branch -> branch.stream().filter(SchemaErrors::isConstant).findFirst())
                .flatMap(Optional::stream)
                .toList();
        if (constants.size() > 1 && constants.size() == candidates.size()) {
            var pointer = pointer(constants.getFirst());
            var names = constants.stream().map(error -> quoted(keyword(error))).collect(Collectors.joining(", "));
            return List.of(new ParamProblem(pointer, "expected one of " + names + "; found " + another(pointer)));
        }
        var likely = candidates.stream()
                .min(Comparator.<List<Error>>comparingLong(branch ->
                                branch.stream().filter(SchemaErrors::isConstant).count())
                        .thenComparingInt(List::size))
                .orElseThrow();
        return explainBelow(likely, step + 2);
    }

    /** Returns whether the error reports a value that differs from a constant. Constants identify alternatives. */
    private static boolean isConstant(Error error) {
        return "const".equals(error.getKeyword());
    }

    private static boolean isWrongKindAt(Error error, String place) {
        return "type".equals(error.getKeyword())
                && error.getInstanceLocation().toString().equals(place);
    }

    private ParamProblem problem(Error error) {
        var pointer = pointer(error);
        return switch (error.getKeyword()) {
            case "additionalProperties", "unevaluatedProperties" -> {
                var key = String.valueOf(error.getProperty());
                var at = pointer + "/" + escape(key);
                yield FormerKeys.problem(parent(error), at, key)
                        .orElseGet(() -> ParamProblem.unknownKey(at, key, NearestKey.hint(key, knownKeys(error))));
            }
            case "required" -> ParamProblem.missingKey(pointer, String.valueOf(error.getProperty()));
            default -> new ParamProblem(pointer, message(error, pointer));
        };
    }

    private String message(Error error, String pointer) {
        var limit = limit(error);
        return switch (error.getKeyword()) {
            case "type" -> expected(kinds(error), pointer);
            case "dependentRequired" ->
                "missing key '" + error.getArguments()[0] + "', which another key here requires";
            case "enum" -> "expected one of " + constants(error) + "; found " + another(pointer);
            case "const" -> "expected " + quoted(keyword(error)) + "; found " + another(pointer);
            case "minimum" -> "expected at least " + limit + ", found less";
            case "exclusiveMinimum" -> "expected more than " + limit + ", found less";
            case "maximum" -> "expected at most " + limit + ", found more";
            case "exclusiveMaximum" -> "expected less than " + limit + ", found more";
            case "multipleOf" -> "expected a multiple of " + limit;
            case "minLength", "minItems", "minProperties" ->
                "1".equals(limit)
                        ? "must not be empty"
                        : "expected at least " + limit + " " + unit(error) + ", found fewer";
            case "maxLength", "maxItems", "maxProperties" ->
                "expected at most " + limit + " " + unit(error) + ", found more";
            case "uniqueItems" -> "expected different items, found an item twice";
            case "pattern" -> "expected a string that matches " + limit;
            case "format" -> "expected a string of the format '" + limit + "'";
            case "not", "false" -> "not allowed here";
            default -> "does not meet '" + error.getKeyword() + "' of the schema";
        };
    }

    private String expected(Collection<String> kinds, String pointer) {
        return "expected " + String.join(" or ", kinds) + ", found " + kindOf(params.at(pointer));
    }

    private String another(String pointer) {
        var node = params.at(pointer);
        return node.isString() ? "another string" : node.isNumber() ? "another number" : kindOf(node);
    }

    private List<String> kinds(Error error) {
        var types = keyword(error);
        var names = types.isArray() ? types.valueStream() : Stream.of(types);
        return names.map(type -> article(type.asString(""))).toList();
    }

    private String constants(Error error) {
        return keyword(error).valueStream().map(SchemaErrors::quoted).collect(Collectors.joining(", "));
    }

    private static String quoted(JsonNode value) {
        return value.isString() ? "'" + value.stringValue() + "'" : value.toString();
    }

    private String limit(Error error) {
        var value = keyword(error);
        return value.isString() ? value.stringValue() : value.toString();
    }

    private static String unit(Error error) {
        return switch (error.getKeyword()) {
            case "minLength", "maxLength" -> "characters";
            case "minItems", "maxItems" -> "items";
            default -> "keys";
        };
    }

    private JsonNode keyword(Error error) {
        return schema.at(String.valueOf(error.getSchemaLocation().getFragment()));
    }

    private Set<String> knownKeys(Error error) {
        return new TreeSet<>(parent(error).path("properties").propertyNames());
    }

    private JsonNode parent(Error error) {
        var fragment = String.valueOf(error.getSchemaLocation().getFragment());
        return schema.at(fragment.substring(0, Math.max(0, fragment.lastIndexOf('/'))));
    }

    /**
     * Returns the index in the evaluation path of the first {@code anyOf} or {@code oneOf}, starting at {@code depth},
     * or -1.
     */
    private static int choiceStep(Error error, int depth) {
        var path = error.getEvaluationPath();
        for (var step = depth; step < path.getNameCount(); step += width(path, step)) {
            if (ALTERNATIVES.contains(element(path, step))) {
                return step;
            }
        }
        return -1;
    }

    /** Returns the number of elements that the keyword at index {@code step} occupies in the evaluation path. */
    private static int width(NodePath path, int step) {
        return switch (element(path, step)) {
            case "properties", "patternProperties", "prefixItems", "dependentSchemas", "allOf", "anyOf", "oneOf" -> 2;
            case "items" -> step + 1 < path.getNameCount() && isNumber(element(path, step + 1)) ? 2 : 1;
            default -> 1;
        };
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /**
     * Returns the pointer to the value to which the keyword at index {@code step} of the evaluation path was applied.
     */
    private static String place(Error error, int step) {
        var path = error.getEvaluationPath();
        var depth = 0;
        for (var index = 0; index < step; index += width(path, index)) {
            depth += switch (element(path, index)) {
                case "properties",
                        "patternProperties",
                        "additionalProperties",
                        "unevaluatedProperties",
                        "prefixItems",
                        "items",
                        "additionalItems",
                        "unevaluatedItems",
                        "contains" -> 1;
                default -> 0;
            };
        }
        var place = error.getInstanceLocation();
        while (place.getNameCount() > depth) {
            place = place.getParent();
        }
        return place.toString();
    }

    private static String prefix(NodePath path, int step) {
        return Stream.iterate(0, index -> index <= step, index -> index + 1)
                .map(index -> element(path, index))
                .collect(Collectors.joining("/"));
    }

    private static String element(NodePath path, int index) {
        return String.valueOf(path.getElement(index));
    }

    private static String pointer(Error error) {
        return error.getInstanceLocation().toString();
    }

    private static String escape(String key) {
        return JsonPointer.empty().appendProperty(key).toString().substring(1);
    }

    private static String article(String type) {
        return switch (type) {
            case "null" -> "null";
            case "integer" -> "an integer";
            case "object" -> "a mapping";
            case "array" -> "a list";
            default -> "a " + type;
        };
    }

    /** Returns the kind of a value in YAML's terms. */
    static String kindOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> node.isIntegralNumber() ? "an integer" : "a number";
            case BOOLEAN -> "a boolean";
            case OBJECT, POJO -> "a mapping";
            case ARRAY -> "a list";
            case BINARY -> "binary data";
            case NULL, MISSING -> "null";
        };
    }
}
