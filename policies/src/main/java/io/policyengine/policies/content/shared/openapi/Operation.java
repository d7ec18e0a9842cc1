package io.policyengine.policies.content.shared.openapi;

import io.policyengine.policies.content.shared.openapi.body.BodyContents;
import io.policyengine.policies.content.shared.openapi.value.Parameter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operation of a document.
 *
 * @param body null if the operation takes no body
 * @param responses by status as written in the document: {@code 200}, {@code 2XX}, {@code default}
 */
record Operation(List<Parameter> parameters, @Nullable RequestBody body, Map<String, Response> responses) {
    Operation {
        parameters = List.copyOf(parameters);
        responses = Map.copyOf(responses);
    }

    record RequestBody(boolean required, BodyContents contents) {}

    /**
     * A response.
     *
     * @param contents null if the response has no body
     */
    record Response(List<Parameter> headers, @Nullable BodyContents contents) {
        Response {
            headers = List.copyOf(headers);
        }
    }

    /** Returns the response that the document describes for a status; null if there is none. */
    @Nullable
    Response response(int status) {
        Response exact = responses.get(Integer.toString(status));
        if (exact != null) {
            return exact;
        }
        Response range = responses.get(status / 100 + "XX");
        return range != null ? range : responses.get("default");
    }
}
