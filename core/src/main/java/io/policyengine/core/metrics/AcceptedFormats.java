package io.policyengine.core.metrics;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Chooses the format of a scrape's response by the request's {@code Accept} field (RFC 9110 §12.5.1). */
public final class AcceptedFormats {
    private static final String PROTOBUF = "application/vnd.google.protobuf";
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private AcceptedFormats() {}

    /**
     * Returns the accepted format with the highest weight; of several, the first. Prometheus' text format is the
     * default.
     *
     * @return a content type of {@link Exposition}
     */
    public static String preferred(@Nullable String accept) {
        String preferred = Exposition.TEXT;
        double best = 0;
        for (String range :
                accept == null ? new String[0] : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            double weight = weight(parts);
            if (weight > best) {
                best = weight;
                preferred = format(parts);
            }
        }
        return preferred;
    }

    private static double weight(String[] range) {
        for (String parameter : range) {
            if (parameter.strip().startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.strip().substring(2));
                } catch (NumberFormatException malformed) {
                    return 0;
                }
            }
        }
        return 1;
    }

    private static String format(String[] range) {
        return switch (range[0].strip()) {
            case PROTOBUF ->
                has(range, "proto", "io.prometheus.client.metricfamily") && has(range, "encoding", "delimited")
                        ? Exposition.PROTOBUF
                        : Exposition.TEXT;
            case OPEN_METRICS -> has(range, "version", "1.0.0") ? Exposition.OPEN_METRICS : Exposition.TEXT;
            default -> Exposition.TEXT;
        };
    }

    /** Returns whether the media range has this value of the parameter, or lacks the parameter. */
    private static boolean has(String[] range, String name, String value) {
        for (String parameter : range) {
            String trimmed = parameter.strip();
            if (trimmed.startsWith(name + "=")
                    && !trimmed.substring(name.length() + 1).equals(value)) {
                return false;
            }
        }
        return true;
    }
}
