package io.policyengine.kernel.worker.life;

/** The health of an accepted replica, according to the health checks on its current connection. */
public enum HealthState {
    /** The replica accepts calls, or was not checked yet. It may have missed a few consecutive checks, but not too many. */
    WELL,
    /** The replica has missed too many consecutive checks. */
    SILENT,
    /** The replica reports that it accepts no calls. */
    NOT_SERVING
}
