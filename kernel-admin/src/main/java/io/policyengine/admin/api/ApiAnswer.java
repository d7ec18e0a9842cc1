package io.policyengine.admin.api;

import io.policyengine.core.params.RecordJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer of an operation.
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
}
