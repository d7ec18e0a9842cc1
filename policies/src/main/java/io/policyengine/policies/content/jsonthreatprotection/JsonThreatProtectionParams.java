package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.shared.denial.DenialFormat;

/** Parameters of {@code jsonThreatProtection}. */
@Doc("Denies JSON bodies that are malformed, or built to exhaust the servers that parse them.")
record JsonThreatProtectionParams(
        @Doc("Maximum nesting of objects and arrays.") @Default("32") @Range(min = 1, max = 10_000)
        int maxDepth,

        @Doc("Maximum number of members of one object.") @Default("1000") @Range(min = 0, max = 1_000_000)
        int maxMembers,

        @Doc("Maximum number of elements of one array.") @Default("10000") @Range(min = 0, max = 100_000_000)
        int maxArray,

        @Doc("Maximum size of a string in bytes, with its escapes decoded.")
        @Default("1048576")
        @Range(min = 0, max = 1_000_000_000)
        int maxStringBytes,

        @Doc("Maximum size of a member's name in bytes, with its escapes decoded.")
        @Default("256")
        @Range(min = 0, max = 1_000_000)
        int maxNameBytes,

        @Doc("Maximum number of digits of a number, including its fraction and exponent.")
        @Default("64")
        @Range(min = 1, max = 1_000_000)
        int maxNumberDigits,

        @Doc("True to permit duplicate names in an object, although parsers differ in which value they use.")
        @Default("false")
        boolean allowDuplicateKeys,

        @Doc("True if every body must be JSON, whatever its content type. Otherwise a body of another type that"
                + " does not begin like JSON passes.")
        @Default("false")
        boolean anyContentType,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    JsonLimits limits() {
        return new JsonLimits(
                maxDepth, maxMembers, maxArray, maxStringBytes, maxNameBytes, maxNumberDigits, allowDuplicateKeys);
    }
}
