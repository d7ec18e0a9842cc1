package io.policyengine.kernel.worker.life;

/** The health of an accepted replica, according to the health checks on its current connection. */
public enum HealthState {
    /**
     * The replica accepts calls, or was not checked yet. It has missed fewer than {@code unhealthy_threshold}
     * consecutive checks.
     */
    WELL,
    /** The replica has left {@code unhealthy_threshold} consecutive checks unanswered. */
    SILENT,
    /** The replica reports that it accepts no calls. */
    NOT_SERVING
}
