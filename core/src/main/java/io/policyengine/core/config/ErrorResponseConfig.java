package io.policyengine.core.config;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A response that the kernel itself sends. Headers keep their order. */
public record ErrorResponseConfig(
        @Doc("HTTP status.") @Range(min = 200, max = 599) int statusCode,

        @Doc("Body of the response. If `Content-Type` is JSON and the body is a JSON object, the kernel adds the member"
                + " `request_id`.")
        @Default("\"\"")
        String body,

        @Doc("Header fields.") @Default("{}") Map<String, String> headers) {
    public ErrorResponseConfig {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
