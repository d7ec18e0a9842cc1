package io.policyengine.kernel.worker.life;

/** The events that concern the health of a replica. */
public enum HealthEvent {
    /** A regular or an early check is due. */
    CHECK_DUE,
    /** The replica left a call unanswered; its worker has other available replicas. Occurs at most once a second. */
    DOUBTED,
    /** The replica left a call unanswered; its worker has no other available replica. */
    DOUBTED_AS_LAST,
    /** The replica reports that it accepts calls. */
    SERVES,
    /** The replica reports that it accepts no calls. */
    SERVES_NOT,
    /** The replica left a check unanswered. */
    MISSED,
    /** The replica left a check unanswered, and is its worker's only available replica. */
    MISSED_AS_LAST,
    /** The replica left {@code unhealthy_threshold} consecutive checks unanswered. */
    MISSED_TOO_OFTEN
}
