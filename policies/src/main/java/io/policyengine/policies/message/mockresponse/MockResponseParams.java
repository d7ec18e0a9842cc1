package io.policyengine.policies.message.mockresponse;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import java.util.Map;

@Doc("Sends a configured response: in a request flow, without calling the upstream; in a response flow, in place of "
        + "the upstream's.")
record MockResponseParams(
        @Doc("Status of the response.") @Default("200") @Range(min = 200, max = 599)
        int status,

        @Doc(
                value = "Header fields by name: a value, or a list of values. Values may contain templates.",
                examples = "{\"Cache-Control\": \"no-store\", \"X-Tenant\": \"${metadata.tenant}\"}")
        @Default("{}")
        Map<String, StringOrList> headers,

        @Doc(
                value = "Body of the response. May contain templates; their values are escaped if content_type is "
                        + "JSON, HTML or XML.",
                examples = "\"{\\\"path\\\": \\\"${request.path}\\\"}\"")
        @Default("\"\"")
        String body,

        @Doc(value = "Content type of the body. A response without a body has none.", examples = "\"application/json\"")
        @Default("\"text/plain; charset=utf-8\"")
        @NonEmpty
        String contentType) {}
