package io.policyengine.kernel.worker.life;

/** The health of an accepted replica, by its health checks on the connection that counts. */
public enum HealthState {
    /** It says that it takes calls, or was not asked yet; it may have missed fewer checks in a row than are allowed. */
    WELL,
    /** It has missed too many checks in a row. */
    SILENT,
    /** It says that it takes no calls. */
    NOT_SERVING
}
