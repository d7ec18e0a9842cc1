package io.policyengine.admin.api;

import io.policyengine.core.params.RecordJson;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The response of an operation of the management API.
 *
 * @param etag the ETag in quotes, or null
 * @param file the file that is sent instead of the body, or null
 */
record ApiAnswer(
        int status,
        ObjectNode body,
        @Nullable String etag,
        @Nullable Path file) {
    ApiAnswer(int status, ObjectNode body, @Nullable String etag) {
        this(status, body, etag, null);
    }

    static ApiAnswer of(Record view) {
        return new ApiAnswer(200, RecordJson.of(view), null);
    }

    static ApiAnswer of(Record view, String etag) {
        return new ApiAnswer(200, RecordJson.of(view), etag);
    }

    static ApiAnswer ofFile(Path file) {
        return new ApiAnswer(200, JsonNodeFactory.instance.objectNode(), null, file);
    }
}
