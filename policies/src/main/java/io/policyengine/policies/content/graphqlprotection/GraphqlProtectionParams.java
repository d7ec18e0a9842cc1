package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.util.List;

/** Parameters of {@code graphqlProtection}. */
@Doc("Refuses GraphQL requests that are malformed, ask for too much, or are not among those that are allowed.")
record GraphqlProtectionParams(
        @Doc("Maximum number of fields in each other.") @Default("15") @Range(min = 1, max = 200)
        int maxDepth,

        @Doc("Maximum number of fields that a request asks for, those of fragments each time that they are spread.")
        @Default("1000")
        @Range(min = 1, max = 1_000_000_000)
        int maxComplexity,

        @Doc("Maximum number of aliases, those of fragments each time that they are spread.")
        @Default("30")
        @Range(min = 0, max = 1_000_000_000)
        int maxAliases,

        @Doc("Maximum number of directives, those of fragments each time that they are spread.")
        @Default("30")
        @Range(min = 0, max = 1_000_000_000)
        int maxDirectives,

        @Doc("Maximum number of tokens of a document: names, values and punctuators.")
        @Default("10000")
        @Range(min = 1, max = 1_000_000)
        int maxTokens,

        @Doc("Maximum number of requests in one body; the other limits are for all of them together. 0 for no batches.")
        @Default("10")
        @Range(min = 0, max = 1000)
        int maxBatch,

        @Doc(
                value =
                        "Names of arguments that say how many elements of a list are asked for: what a field with such an argument holds"
                                + " counts as often.",
                examples = "[\"first\", \"last\", \"limit\"]")
        @Default("[]")
        List<String> listArguments,

        @Doc("True if requests may ask for the schema (`__schema`, `__type`).") @Default("false")
        boolean allowIntrospection,

        @Doc(
                value =
                        "Operations that are allowed, no others: names, or the SHA-256 of a document in hexadecimal digits.",
                examples = "[\"GetUser\"]")
        @Default("[]")
        List<String> operations,

        @Doc(
                "True if a request may name a document that the server has stored, in place of sending it: what it asks for cannot be"
                        + " seen then. Those whose SHA-256 is among operations may be named in any case.")
        @Default("false")
        boolean allowPersisted,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        GraphqlDenialFormat denialFormat) {}
