package io.policyengine.kernel.overload;

import io.policyengine.core.config.Priority;

/**
 * The exchange for which a worker is called, as far as it decides which calls are refused first.
 *
 * @param route as written in the configuration; empty for unconfigured routes
 * @param client address; empty if unknown
 * @param goesOn whether a worker has answered a call of the exchange before. A refusal would then waste the earlier
 *     work
 * @param isAdmitted whether it was the same worker. The number of such calls follows from the calls admitted before
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

    /** Returns the number of steps by which exchanges of a level exceed a fair share, 0 to 3. */
    static int unfair(int level) {
        return level % AdmissionRate.LEVELS_OF_PRIORITY;
    }
}
