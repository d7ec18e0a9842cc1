package io.policyengine.core.metrics;

import io.vertx.core.buffer.Buffer;

/**
 * The content of a scrape response.
 *
 * @param contentType the format of the content
 */
public record Exposition(String contentType, Buffer content) {
    /** Prometheus' text format. */
    public static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    /** The OpenMetrics format, the only text format with exemplars. */
    public static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /** Prometheus' protobuf format, the only one with native histograms. */
    public static final String PROTOBUF =
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
}
