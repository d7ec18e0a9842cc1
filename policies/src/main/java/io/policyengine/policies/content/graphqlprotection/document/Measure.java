package io.policyengine.policies.content.graphqlprotection.document;

/**
 * The size of an operation, or of a part of one, with fragments expanded. Counts are capped at {@value #MAX}.
 *
 * @param depth nesting of fields
 * @param complexity fields, multiplied by the requested sizes of lists
 * @param aliases fields with an alias
 * @param directives of all kinds
 * @param introspects whether it requests the schema
 */
public record Measure(int depth, long complexity, long aliases, long directives, boolean introspects) {
    /** Cap of each count; larger sizes count as this. */
    public static final long MAX = 1L << 31;

    /** The size of an empty selection. */
    public static final Measure NONE = new Measure(0, 0, 0, 0, false);

    /** Returns the size of two selections side by side. */
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

    /** Caps a count. Products and sums of two capped counts fit into a long. */
    static long capped(long count) {
        return Math.min(MAX, count);
    }
}
