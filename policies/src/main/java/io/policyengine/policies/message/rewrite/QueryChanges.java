package io.policyengine.policies.message.rewrite;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import java.util.List;
import java.util.Map;

/** The changes of query parameters. Names are not percent-encoded. */
@Doc("Query parameters to set and to remove, after the path was changed. Others keep their order and encoding.")
record QueryChanges(
        @Doc(
                value =
                        "Parameters by name: the first of this name is replaced and its repeats are dropped, else it is added at the end. Values may hold templates.",
                examples = "{\"tenant\": \"${metadata.tenant}\"}")
        @Default("{}")
        Map<String, String> set,

        @Doc("Names of parameters to remove, with all their repeats.") @Default("[]")
        List<String> remove) {}
