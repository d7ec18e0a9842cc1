package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.policies.shared.denial.Denial;

/**
 * The denials of {@code promptTemplate}. Their texts may name configured variables, but contain no text of a request.
 */
final class TemplateDenials {
    static final Denial REQUIRED = new Denial(
            403,
            PromptTemplateCode.TEMPLATE_REQUIRED,
            "The request has to name a template",
            DenialReason.POLICY_DENIED);
    static final Denial UNKNOWN = invalid(PromptTemplateCode.TEMPLATE_UNKNOWN, "There is no such template");
    /** Denial: the request names its template in two ways, or the call has a wrong form. */
    static final Denial MALFORMED =
            invalid(PromptTemplateCode.TEMPLATE_MALFORMED, "The template or its variables are malformed");
    /** Denial: the request calls a template, but also has a prompt or other members that are not permitted. */
    static final Denial MIXED = invalid(
            PromptTemplateCode.TEMPLATE_MIXED, "A request with a template must not have a prompt or other members");

    static final Denial UNKNOWN_VARIABLE =
            invalid(PromptTemplateCode.VARIABLE_UNKNOWN, "The template has no such variable");
    static final Denial TOO_LONG = new Denial(
            413, PromptTemplateCode.PROMPT_TOO_LONG, "The prompt would be too long", DenialReason.INVALID_REQUEST);

    private TemplateDenials() {}

    static Denial missing(String name) {
        return invalid(PromptTemplateCode.VARIABLE_MISSING, "The template needs the variable " + name);
    }

    static Denial invalid(String name) {
        return invalid(
                PromptTemplateCode.VARIABLE_INVALID, "The template does not permit this value of the variable " + name);
    }

    private static Denial invalid(DenialCode code, String message) {
        return new Denial(400, code, message, DenialReason.INVALID_REQUEST);
    }
}
