package io.policyengine.policies.message.rewrite;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import org.jspecify.annotations.Nullable;

@Doc("Changes the path, query, method and authority of requests.")
record RewriteParams(
        @Doc(
                value = "New path. May contain templates; their values are percent-encoded. If it contains ?, it also "
                        + "replaces the query; otherwise the query stays.",
                examples = {"\"/v2${request.path}\"", "\"/tenants/${metadata.tenant}/orders\""})
        @Nullable
        String path,

        @Doc(
                value = "Instead of path: a regular expression (RE2 syntax, linear time) for the whole path without "
                        + "query. If it does not match, the path stays.",
                examples = "\"/api/(.*)\"")
        @Nullable
        String pathPattern,

        @Doc(
                value = "With path_pattern: new path, in which $1 is the match of the first group, $0 the whole path, "
                        + "and $$ a dollar sign.",
                examples = "\"/internal/$1\"")
        @Nullable
        String pathReplacement,

        @Doc(
                value = "New method. Requires policy_kernel.envoy.mutation_rules.allow_all_routing.",
                examples = "\"POST\"")
        @Nullable
        String method,

        @Doc(
                value = "New host, with a port unless it is the default one. Requires "
                        + "policy_kernel.envoy.mutation_rules.allow_all_routing.",
                examples = "\"orders.internal:8080\"")
        @Nullable
        String authority,

        @Default("{}") QueryChanges query) {}
