package io.policyengine.policies.content.graphqlprotection.document;

/**
 * The size of an operation, or of a part of one, with its fragments in place. Counts end at {@value #MOST}.
 *
 * @param depth fields in each other
 * @param complexity fields, those in lists as often as is asked for
 * @param aliases fields with another name
 * @param directives of all kinds
 * @param introspects whether it asks for the schema
 */
public record Measure(int depth, long complexity, long aliases, long directives, boolean introspects) {
    /** The most that is counted. */
    public static final long MOST = 1L << 31;

    /** That of nothing. */
    public static final Measure NONE = new Measure(0, 0, 0, 0, false);

    /** That of both, side by side. */
    public Measure plus(Measure other) {
        return new Measure(
                Math.max(depth, other.depth),
                capped(complexity + other.complexity),
                capped(aliases + other.aliases),
                capped(directives + other.directives),
                introspects || other.introspects);
    }

    /** That of a field with this inside. */
    Measure inField(boolean aliased, long times, boolean asksForSchema) {
        return new Measure(
                depth + 1,
                capped(1 + times * complexity),
                capped(aliases + (aliased ? 1 : 0)),
                directives,
                introspects || asksForSchema);
    }

    /** This and so many directives. */
    Measure withDirectives(int more) {
        return new Measure(depth, complexity, aliases, capped(directives + more), introspects);
    }

    /** Of two counts up to {@link #MOST}, product and sum fit into a long. */
    static long capped(long count) {
        return Math.min(MOST, count);
    }
}
