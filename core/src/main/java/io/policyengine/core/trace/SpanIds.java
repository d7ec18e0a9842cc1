package io.policyengine.core.trace;

/** Ids of spans that are derived from those above them, so that who does not speak with each other gives a span the same id. */
public final class SpanIds {
    /** An odd number whose multiples are far from each other. */
    private static final long STEP = 0x9e3779b97f4a7c15L;

    /** The first number of an entry; the kernel gives those before it to others. */
    private static final int FIRST_ENTRY = 2;

    private SpanIds() {}

    /**
     * The id of a span below another; never 0.
     *
     * @param parent id of the span above it, or of any that is the only one to number its spans like this
     * @param number of the span below it
     */
    public static long below(long parent, int number) {
        // The finalizer of MurmurHash3 in Stafford's thirteenth variant: one to one, so that no two numbers meet.
        long id = parent + (number + 1L) * STEP;
        id = (id ^ (id >>> 30)) * 0xbf58476d1ce4e5b9L;
        id = (id ^ (id >>> 27)) * 0x94d049bb133111ebL;
        id ^= id >>> 31;
        return id == 0 ? 1 : id;
    }

    /**
     * The id of the span of an entry in a worker call.
     *
     * @param call id of the span of the call
     * @param place of the entry in the call, from 0 on
     */
    public static long ofEntry(long call, int place) {
        return below(call, FIRST_ENTRY + place);
    }
}
