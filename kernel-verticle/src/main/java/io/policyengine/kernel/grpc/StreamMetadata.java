package io.policyengine.kernel.grpc;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Truncates the metadata of a gRPC call. The limit is needed because the kernel keeps the metadata without counting its
 * memory, and it may contain a client's long {@code tracestate}.
 */
final class StreamMetadata {
    /**
     * Maximum bytes of a call's metadata that the kernel keeps: names, values, and the overhead per field (RFC 9113
     * §6.5.2).
     */
    static final int MAX = 4096;

    private static final int PER_FIELD = 32;

    private StreamMetadata() {}

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
