package io.policyengine.kernel.worker.life;

/** The events of a replica's health. */
public enum HealthEvent {
    /** The time of a check has come, a regular one or one that was to come soon. */
    CHECK_DUE,
    /** It left a call unanswered; another replica of its worker can be called. Told once a second at most. */
    DOUBTED,
    /** It left a call unanswered; no other replica of its worker can be called. */
    DOUBTED_AS_LAST,
    /** It answers that it takes calls. */
    SERVES,
    /** It answers that it takes no calls. */
    SERVES_NOT,
    /** It left a check unanswered. */
    MISSED,
    /** It left a check unanswered, and is the only replica of its worker that can be called. */
    MISSED_AS_LAST,
    /** It left a check unanswered, and with that as many in a row as {@code unhealthy_threshold} says. */
    MISSED_TOO_OFTEN
}
