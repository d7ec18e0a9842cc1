package io.policyengine.policies.content.graphqlprotection.document;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.content.graphqlprotection.document.Document.Amount;
import io.policyengine.policies.content.graphqlprotection.document.Document.Field;
import io.policyengine.policies.content.graphqlprotection.document.Document.Inline;
import io.policyengine.policies.content.graphqlprotection.document.Document.Literal;
import io.policyengine.policies.content.graphqlprotection.document.Document.Operation;
import io.policyengine.policies.content.graphqlprotection.document.Document.Selection;
import io.policyengine.policies.content.graphqlprotection.document.Document.Spread;
import io.policyengine.policies.content.graphqlprotection.document.Document.Variable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Measures the operations of a document. Each fragment is measured once, so nested spreads cost no additional time. */
public final class OperationMeter {
    private static final Set<String> SCHEMA = Set.of("__schema", "__type");

    private final Set<String> listArguments;
    private final JsonNode variables;

    /**
     * Creates a meter for one request.
     *
     * @param listArguments names of the arguments that request a number of list elements
     * @param variables an object; any other node means that there are no variables
     */
    public OperationMeter(Set<String> listArguments, JsonNode variables) {
        this.listArguments = listArguments;
        this.variables = variables;
    }

    /** Returns the maximum of each count over all operations, since the server chooses the operation that runs. */
    public Measure of(Document document, StopSignal stop) {
        Map<String, Measure> fragments = new HashMap<>();
        document.fragments().forEach((name, fragment) -> {
            stop.check();
            fragments.put(name, of(fragment.selections(), document, fragments).withDirectives(fragment.directives()));
        });
        Measure all = Measure.NONE;
        for (Operation operation : document.operations()) {
            stop.check();
            Measure one = of(operation.selections(), document, fragments).withDirectives(operation.directives());
            all = largerOf(all, one);
        }
        return all;
    }

    private static Measure largerOf(Measure one, Measure other) {
        return new Measure(
                Math.max(one.depth(), other.depth()),
                Math.max(one.complexity(), other.complexity()),
                Math.max(one.aliases(), other.aliases()),
                Math.max(one.directives(), other.directives()),
                one.introspects() || other.introspects());
    }

    private Measure of(List<Selection> selections, Document document, Map<String, Measure> fragments) {
        Measure sum = Measure.NONE;
        for (Selection selection : selections) {
            sum = sum.plus(of(selection, document, fragments));
        }
        return sum;
    }

    private Measure of(Selection selection, Document document, Map<String, Measure> fragments) {
        return switch (selection) {
            case Field field ->
                of(field.selections(), document, fragments)
                        .inField(field.aliased(), times(field, document), SCHEMA.contains(field.name()))
                        .withDirectives(field.directives());
            case Spread(String fragment, int directives) ->
                fragments.getOrDefault(fragment, Measure.NONE).withDirectives(directives);
            case Inline(int directives, List<Selection> inner) ->
                of(inner, document, fragments).withDirectives(directives);
        };
    }

    /** Returns the requested number of list elements: the value of the largest list argument, but at least 1. */
    private long times(Field field, Document document) {
        long times = 1;
        for (Map.Entry<String, Amount> argument : field.numbers().entrySet()) {
            if (listArguments.contains(argument.getKey())) {
                times = Math.max(times, number(argument.getValue(), document));
            }
        }
        return Measure.capped(times);
    }

    private long number(Amount number, Document document) {
        return switch (number) {
            case Literal(long value) -> value;
            case Variable(String name) -> {
                JsonNode value = variables.path(name);
                if (value.isMissingNode()) {
                    yield document.defaults().getOrDefault(name, 1L);
                }
                yield value.isNumber() ? (long) value.asDouble() : value.isString() ? written(value.stringValue()) : 1;
            }
        };
    }

    /** Returns the number in a string, since some servers accept a string as a number; 1 if there is none. */
    private static long written(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException none) {
            return 1;
        }
    }
}
