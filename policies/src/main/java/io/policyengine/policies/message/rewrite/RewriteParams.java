package io.policyengine.policies.message.rewrite;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import org.jspecify.annotations.Nullable;

@Doc("Changes path, query, method and authority of requests.")
record RewriteParams(
        @Doc(
                value =
                        "The new path. May hold templates; their values are percent-encoded. Without ? the query stays, with one it is replaced.",
                examples = {"\"/v2${request.path}\"", "\"/tenants/${metadata.tenant}/orders\""})
        @Nullable
        String path,

        @Doc(
                value =
                        "Instead of path: a regular expression (RE2 syntax, linear time) that the whole path without query has to match. If it does not, the path stays.",
                examples = "\"/api/(.*)\"")
        @Nullable
        String pathPattern,

        @Doc(
                value =
                        "With path_pattern: the new path. $1 is what the first group matched, $0 the whole path, $$ a dollar sign.",
                examples = "\"/internal/$1\"")
        @Nullable
        String pathReplacement,

        @Doc(
                value = "The new method. Needs policy_kernel.envoy.mutation_rules.allow_all_routing.",
                examples = "\"POST\"")
        @Nullable
        String method,

        @Doc(
                value =
                        "The new host, with a port if it is not the usual one. Needs policy_kernel.envoy.mutation_rules.allow_all_routing.",
                examples = "\"orders.internal:8080\"")
        @Nullable
        String authority,

        @Default("{}") QueryChanges query) {}
