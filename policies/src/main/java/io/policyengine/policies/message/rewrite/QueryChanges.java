package io.policyengine.policies.message.rewrite;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import java.util.List;
import java.util.Map;

/** The changes of query parameters. The configured names are not percent-encoded. */
@Doc("Query parameters to set and to remove, after the path is changed. Other parameters keep their order and "
        + "encoding.")
record QueryChanges(
        @Doc(
                value = "Parameters by name. An existing parameter is replaced and its repeats are dropped; a missing "
                        + "one is added at the end. Values may contain templates.",
                examples = "{\"tenant\": \"${metadata.tenant}\"}")
        @Default("{}")
        Map<String, String> set,

        @Doc("Names of parameters to remove, including all repeats.") @Default("[]")
        List<String> remove) {}
