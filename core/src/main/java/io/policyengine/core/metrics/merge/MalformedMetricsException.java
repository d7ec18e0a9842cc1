package io.policyengine.core.metrics.merge;

/** The metrics of a replica cannot be shown. The message says why, without quoting them. */
final class MalformedMetricsException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedMetricsException(String message) {
        super(message, null, false, false);
    }
}
