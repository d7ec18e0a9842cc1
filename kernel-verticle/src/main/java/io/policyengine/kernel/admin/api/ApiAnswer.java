package io.policyengine.kernel.admin.api;

import io.policyengine.core.params.RecordJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an operation answers.
 *
 * @param etag in quotes, or null
 */
record ApiAnswer(int status, ObjectNode body, @Nullable String etag) {
    /** 200 with a record. */
    static ApiAnswer of(Record view) {
        return new ApiAnswer(200, RecordJson.of(view), null);
    }

    /** 200 with a record that has an ETag. */
    static ApiAnswer of(Record view, String etag) {
        return new ApiAnswer(200, RecordJson.of(view), etag);
    }

    /** The ETag of something as it is written. */
    static String etag(ObjectNode definition) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(definition.toString().getBytes(StandardCharsets.UTF_8));
            return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
