package io.policyengine.admin.api;

import io.policyengine.core.params.RecordJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The response of an operation; the ETag is in quotes, or null. */
record ApiAnswer(int status, ObjectNode body, @Nullable String etag) {
    static ApiAnswer of(Record view) {
        return new ApiAnswer(200, RecordJson.of(view), null);
    }

    static ApiAnswer of(Record view, String etag) {
        return new ApiAnswer(200, RecordJson.of(view), etag);
    }
}
