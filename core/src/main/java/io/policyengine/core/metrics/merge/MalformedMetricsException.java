package io.policyengine.core.metrics.merge;

/** Thrown if the metrics of a replica are malformed. The message gives the reason, without quoting the metrics. */
final class MalformedMetricsException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedMetricsException(String message) {
        super(message, null, false, false);
    }
}
