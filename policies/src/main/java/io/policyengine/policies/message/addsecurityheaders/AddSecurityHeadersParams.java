package io.policyengine.policies.message.addsecurityheaders;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Shape;
import io.policyengine.core.params.StringOrList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("Adds response fields that make browsers enforce security restrictions.")
record AddSecurityHeadersParams(
        @Doc(
                value = "Response fields by name: another value for a default field, an additional field, or off to "
                        + "omit a default field. As a mapping, or as a text with a line `Name: \"value\"` for "
                        + "each.",
                examples = {
                    "{\"X-Frame-Options\": \"SAMEORIGIN\", \"Content-Security-Policy\": \"off\"}",
                    "\"X-Content-Type-Options: \\\"nosniff\\\"\\nX-Frame-Options: \\\"DENY\\\"\\n\""
                })
        @Default("{}")
        Fields headers,

        @Doc("Content-Security-Policy by its directives, instead of a text in `headers`.") @Nullable
        ContentSecurityPolicy contentSecurityPolicy) {

    @Shape("""
            {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}""")
    record Fields(@JsonValue JsonNode written) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Fields {}
    }

    record ContentSecurityPolicy(
            @Doc(
                    value = "Directives by name: other values for a default directive, an additional directive, or "
                            + "off to omit a default directive. Values are a list, or a text with spaces "
                            + "between them. Keywords such as self need no quotes.",
                    examples = "{\"script-src\": [\"self\", \"https://cdn.example.com\"], \"object-src\": \"off\"}")
            @Default("{}")
            Map<String, StringOrList> directives,

            @Doc("True if each response allows the scripts and styles that carry its nonce. Add the policy to the "
                    + "request flow as well, where it creates the nonce and sends it to the upstream.")
            @Default("false")
            boolean nonce,

            @Doc("Request field that contains the nonce for the upstream.") @Default("\"X-CSP-Nonce\"")
            String nonceHeader,

            @Doc("True if browsers only report what the policy forbids (Content-Security-Policy-Report-Only).")
            @Default("false")
            boolean reportOnly) {}
}
