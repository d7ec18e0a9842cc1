package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.shared.denial.DenialFormat;

/** Parameters of {@code xmlThreatProtection}. */
@Doc("Denies XML bodies that are malformed, have a document type declaration, or are built to exhaust servers.")
record XmlThreatProtectionParams(
        @Doc("Maximum nesting of elements.") @Default("32") @Range(min = 1, max = 10_000)
        int maxDepth,

        @Doc("Maximum number of elements directly in one element.") @Default("10000") @Range(min = 0, max = 100_000_000)
        int maxMembers,

        @Doc("Maximum number of attributes of one element, its declarations of namespaces included.")
        @Default("64")
        @Range(min = 0, max = 10_000)
        int maxAttributes,

        @Doc("Maximum number of namespace declarations in scope: those of an element and of all elements around it.")
        @Default("64")
        @Range(min = 0, max = 10_000)
        int maxNamespaces,

        @Doc(
                "Maximum size in bytes of each text between two tags, each attribute's value, each comment and each processing instruction.")
        @Default("1048576")
        @Range(min = 0, max = 1_000_000_000)
        int maxStringBytes,

        @Doc("Maximum size of a name in bytes, its prefix included.") @Default("256") @Range(min = 1, max = 1_000_000)
        int maxNameBytes,

        @Doc("True to permit processing instructions, with which a document gives commands to its parser.")
        @Default("false")
        boolean allowProcessingInstructions,

        @Doc("False to deny comments. Some parsers end a text at a comment and others do not.") @Default("true")
        boolean allowComments,

        @Doc("True if every body must be XML, whatever its content type. Otherwise requests of another type pass "
                + "if they do not begin like XML, and responses of another type always pass.")
        @Default("false")
        boolean anyContentType,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    XmlLimits limits() {
        return new XmlLimits(
                maxDepth,
                maxMembers,
                maxAttributes,
                maxNamespaces,
                maxStringBytes,
                maxNameBytes,
                new XmlLimits.Allowed(allowProcessingInstructions, allowComments, XmlLimits.Leniency.NONE));
    }
}
