package io.policyengine.core.metrics;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The formats that a scraper takes: RFC 9110 §12.5.1, as far as it concerns metrics. */
final class AcceptedFormats {
    private static final String MEDIA_TYPE = "application/vnd.google.protobuf";

    private AcceptedFormats() {}

    /** True if it likes none better than Prometheus' protobuf format: of those with the same weight the first counts. */
    static boolean prefersProtobuf(@Nullable String accept) {
        boolean isProtobuf = false;
        double best = 0;
        for (String range :
                accept == null ? new String[0] : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            double weight = weight(parts);
            if (weight > best) {
                best = weight;
                isProtobuf = isProtobuf(parts);
            }
        }
        return isProtobuf;
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

    private static boolean isProtobuf(String[] range) {
        boolean isOurs = range[0].strip().equals(MEDIA_TYPE);
        for (String parameter : range) {
            String trimmed = parameter.strip();
            isOurs &= !trimmed.startsWith("proto=") || trimmed.equals("proto=io.prometheus.client.metricfamily");
            isOurs &= !trimmed.startsWith("encoding=") || trimmed.equals("encoding=delimited");
        }
        return isOurs;
    }
}
