package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.util.List;

/** Parameters of {@code graphqlProtection}. */
@Doc("Refuses GraphQL requests that are malformed, request too much, or are not allowed.")
record GraphqlProtectionParams(
        @Doc("Maximum nesting of fields.") @Default("15") @Range(min = 1, max = 200)
        int maxDepth,

        @Doc("Maximum number of fields that a request selects, counting those of fragments at each spread.")
        @Default("1000")
        @Range(min = 1, max = 1_000_000_000)
        int maxComplexity,

        @Doc("Maximum number of aliases, counting those of fragments at each spread.")
        @Default("30")
        @Range(min = 0, max = 1_000_000_000)
        int maxAliases,

        @Doc("Maximum number of directives, counting those of fragments at each spread.")
        @Default("30")
        @Range(min = 0, max = 1_000_000_000)
        int maxDirectives,

        @Doc("Maximum number of tokens of a document: names, values and punctuators.")
        @Default("10000")
        @Range(min = 1, max = 1_000_000)
        int maxTokens,

        @Doc(
                "Maximum number of requests in one body; max_complexity, max_aliases and max_directives apply to all of them together. 0: no batches.")
        @Default("10")
        @Range(min = 0, max = 1000)
        int maxBatch,

        @Doc(
                value =
                        "Names of arguments that request a number of list elements. The fields inside the list count that many times.",
                examples = "[\"first\", \"last\", \"limit\"]")
        @Default("[]")
        List<String> listArguments,

        @Doc("True if requests may ask for the schema (`__schema`, `__type`).") @Default("false")
        boolean allowIntrospection,

        @Doc(
                value =
                        "If not empty, only these operations are allowed: names, or the SHA-256 of a document in hexadecimal digits.",
                examples = "[\"GetUser\"]")
        @Default("[]")
        List<String> operations,

        @Doc("True if a request may name a document stored on the server instead of sending it. Such a document is "
                + "not checked. A document whose SHA-256 is in operations may always be named.")
        @Default("false")
        boolean allowPersisted,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        GraphqlDenialFormat denialFormat) {}
