package io.policyengine.kernel.grpc;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The metadata of a call, truncated because it is held uncounted as long as its stream is open. A tracing Envoy adds
 * the client's {@code tracestate} of any length.
 */
final class StreamMetadata {
    /** Limit of held bytes: names, values, and the overhead per field (RFC 9113 §6.5.2). */
    static final int MAX = 4096;

    private static final int PER_FIELD = 32;

    private StreamMetadata() {}

    /** Removes the fields that exceed the limit. */
    static void shorten(MultiMap metadata) {
        int size = 0;
        for (Map.Entry<String, String> field : metadata) {
            size += sizeOf(field);
        }
        if (size <= MAX) {
            return;
        }
        List<Map.Entry<String, String>> kept = new ArrayList<>();
        int held = 0;
        for (Map.Entry<String, String> field : metadata) {
            int more = sizeOf(field);
            if (held + more <= MAX) {
                held += more;
                kept.add(Map.entry(field.getKey(), field.getValue()));
            }
        }
        metadata.clear();
        kept.forEach(field -> metadata.add(field.getKey(), field.getValue()));
    }

    private static int sizeOf(Map.Entry<String, String> field) {
        return field.getKey().length() + field.getValue().length() + PER_FIELD;
    }
}
