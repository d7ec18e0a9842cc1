package io.policyengine.core.config;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A response from the kernel itself. Headers keep their order. */
public record ErrorResponseConfig(
        @Doc("HTTP status.") @Range(min = 200, max = 599) int statusCode,

        @Doc("Body, as it is sent; if it is a JSON object by its `Content-Type`, `request_id` is added to it.")
        @Default("\"\"")
        String body,

        @Doc("Header fields.") @Default("{}") Map<String, String> headers) {
    public ErrorResponseConfig {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
