package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which only {@code promptTemplate} denies. */
enum PromptTemplateCode implements DenialCode {
    TEMPLATE_REQUIRED("Have the client call a template, or set `allow_untemplated`."),
    TEMPLATE_UNKNOWN("Have the client call a template that exists, or add it to `templates`."),
    TEMPLATE_MALFORMED("Have the client call the template in one way, with its values in one object."),
    TEMPLATE_MIXED("Have the client send only the template and its values, or list the further member in `members`."),
    VARIABLE_UNKNOWN("Have the client send only variables of the template, or add the variable."),
    VARIABLE_MISSING("Have the client send the variable, or set its `fallback`."),
    VARIABLE_INVALID("Have the client send a value within the variable's type and bounds, or change these."),
    PROMPT_TOO_LONG("Have the client send shorter values, or raise the maximum length.");

    private final String remedy;

    PromptTemplateCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
