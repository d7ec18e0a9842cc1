package io.policyengine.policies.content.graphqlprotection.document;

/**
 * The size of an operation or of a part of it, as if its fragments were expanded. Counts are capped at {@value #MAX}.
 *
 * @param depth nesting of fields
 * @param complexity number of fields, each multiplied by the requested sizes of the lists that contain it
 * @param aliases number of fields with an alias
 * @param directives number of directives of any kind
 * @param introspects whether the schema is requested
 */
public record Measure(int depth, long complexity, long aliases, long directives, boolean introspects) {
    /** Maximum value of each count of an operation. Larger counts are reduced to this value. */
    public static final long MAX = 1L << 31;

    /** The size of an empty selection. */
    public static final Measure NONE = new Measure(0, 0, 0, 0, false);

    /** Returns the combined size of two selections in the same selection set. */
    public Measure plus(Measure other) {
        return new Measure(
                Math.max(depth, other.depth),
                capped(complexity + other.complexity),
                capped(aliases + other.aliases),
                capped(directives + other.directives),
                introspects || other.introspects);
    }

    Measure inField(boolean aliased, long times, boolean asksForSchema) {
        return new Measure(
                depth + 1,
                capped(1 + times * complexity),
                capped(aliases + (aliased ? 1 : 0)),
                directives,
                introspects || asksForSchema);
    }

    Measure withDirectives(int more) {
        return new Measure(depth, complexity, aliases, capped(directives + more), introspects);
    }

    /** Caps a count. The product or sum of two capped counts fits into a long. */
    static long capped(long count) {
        return Math.min(MAX, count);
    }
}
