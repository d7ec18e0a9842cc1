package io.policyengine.policies.content.graphqlprotection.document;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A document of operations and fragments, reduced to what is needed to measure it. Has at most one node for each token.
 *
 * @param operations at least one
 * @param fragments by name, in an order in which each follows the fragments that it spreads
 * @param defaults integer defaults of variables, by name; the largest if operations differ
 */
public record Document(List<Operation> operations, Map<String, Fragment> fragments, Map<String, Long> defaults) {

    /** The types of operations. */
    public enum Type {
        QUERY,
        MUTATION,
        SUBSCRIPTION
    }

    /**
     * An operation.
     *
     * @param directives number of directives on the operation and on its variables
     */
    public record Operation(Type type, Optional<String> name, int directives, List<Selection> selections) {}

    /**
     * A fragment.
     *
     * @param directives number of directives on the fragment itself
     * @param spreads names of the fragments that it spreads
     */
    public record Fragment(int directives, Set<String> spreads, List<Selection> selections) {}

    /** A part of a selection set. */
    public sealed interface Selection {}

    /**
     * A field.
     *
     * @param aliased whether the field has another name in the response
     * @param numbers the arguments that may be integers, by name
     */
    public record Field(
            String name, boolean aliased, Map<String, Amount> numbers, int directives, List<Selection> selections)
            implements Selection {}

    /** A spread of a fragment. */
    public record Spread(String fragment, int directives) implements Selection {}

    /** An inline fragment. */
    public record Inline(int directives, List<Selection> selections) implements Selection {}

    /** An integer argument, or a variable that may hold an integer. */
    public sealed interface Amount {}

    /** An integer in the document; {@link Long#MAX_VALUE} if it does not fit into a long. */
    public record Literal(long value) implements Amount {}

    /** A variable that may hold an integer, by its name. */
    public record Variable(String name) implements Amount {}
}
