package io.policyengine.it.simulation.world;

/** The policies of a worker. Each has its own, since a policy belongs to one worker. */
public final class PolicyNames {
    private PolicyNames() {}

    /** The policy that only stamps. */
    public static String stampOf(String worker) {
        return worker + "Stamp";
    }

    /** The policy that also reads the request's body, in one piece. */
    public static String readOf(String worker) {
        return worker + "Read";
    }

    /** The policy that also looks at trailers. */
    public static String trailersOf(String worker) {
        return worker + "Trailers";
    }

    /** The policy that also counts exchanges. */
    public static String permitOf(String worker) {
        return worker + "Permit";
    }
}
