package io.policyengine.policies.message.transformheaders;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.StringOrList;
import java.util.List;
import java.util.Map;

@Doc("Sets, adds and removes header fields of the request (in a request flow) or of the response (in a response flow).")
record TransformHeadersParams(
        @Doc(
                value = "Header fields by name; each replaces all existing values. Values may contain templates.",
                examples = "{\"X-Tenant\": \"${metadata.tenant}\"}")
        @Default("{}")
        Map<String, String> set,

        @Doc(
                value = "Header fields by name that are added to existing ones: a value, or a list of values. Values "
                        + "may contain templates.",
                examples = "{\"Via\": \"1.1 gateway\", \"Vary\": [\"Accept\", \"Origin\"]}")
        @Default("{}")
        Map<String, StringOrList> append,

        @Doc("Names of header fields to remove. They are removed first, so a field with the same name can be added "
                + "again.")
        @Default("[]")
        List<String> remove) {}
