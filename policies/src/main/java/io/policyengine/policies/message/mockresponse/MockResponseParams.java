package io.policyengine.policies.message.mockresponse;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import java.util.Map;

@Doc("Answers in place of the upstream: without calling it in a request flow, replacing its answer in a response flow.")
record MockResponseParams(
        @Doc("Status of the answer.") @Default("200") @Range(min = 200, max = 599)
        int status,

        @Doc(
                value = "Header fields by name: a value, or a list of them. Values may hold templates.",
                examples = "{\"Cache-Control\": \"no-store\", \"X-Tenant\": \"${metadata.tenant}\"}")
        @Default("{}")
        Map<String, StringOrList> headers,

        @Doc(
                value =
                        "Body of the answer. May hold templates; their values are escaped if content_type is JSON, HTML or XML.",
                examples = "\"{\\\"path\\\": \\\"${request.path}\\\"}\"")
        @Default("\"\"")
        String body,

        @Doc(value = "Content type of the body. An answer without body has none.", examples = "\"application/json\"")
        @Default("\"text/plain; charset=utf-8\"")
        @NonEmpty
        String contentType) {}
