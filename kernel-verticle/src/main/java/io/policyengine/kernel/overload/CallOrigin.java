package io.policyengine.kernel.overload;

import io.policyengine.core.config.Priority;

/**
 * The properties of an exchange that decide which worker calls are refused first.
 *
 * @param route the route as written in the configuration; empty for unconfigured routes
 * @param client the client's address; empty if unknown
 * @param goesOn whether a worker has already answered a call of the exchange. A refusal would then waste that work
 * @param isAdmitted whether the worker that is called now has already answered a call of the exchange. Such a call is
 *     never refused, because the limit on first calls already bounds the number of such calls
 */
public record CallOrigin(Priority priority, String route, String client, boolean goesOn, boolean isAdmitted) {
    static final int NORMAL_LEVEL = AdmissionRate.level(Priority.NORMAL, 0);

    /**
     * Returns the level of the exchange, from 0; the highest level is refused first.
     *
     * @param unfair 2 if the route exceeds a fair share, plus 1 if the client does
     */
    int level(int unfair) {
        int level = AdmissionRate.level(priority, unfair);
        return goesOn ? Math.max(0, level - AdmissionRate.LEVELS_OF_PRIORITY) : level;
    }

    /** Returns the origin of what follows once a worker has begun the call. The call was admitted, but may be refused. */
    public CallOrigin goingOn() {
        return new CallOrigin(priority, route, client, true, isAdmitted);
    }

    /** Returns who exceeds a fair share at a level: 2 if the route does, plus 1 if the client does. */
    static int unfair(int level) {
        return level % AdmissionRate.LEVELS_OF_PRIORITY;
    }
}
