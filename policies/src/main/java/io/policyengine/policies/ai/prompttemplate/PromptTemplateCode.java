package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which only {@code promptTemplate} denies. */
enum PromptTemplateCode implements DenialCode {
    TEMPLATE_REQUIRED("Let the client call a template, or set `allow_untemplated`."),
    TEMPLATE_UNKNOWN("Let the client call a template that exists, or add it to `templates`."),
    TEMPLATE_MALFORMED("Let the client call the template in one way, with its values in one object."),
    TEMPLATE_MIXED("Let the client send only the template and its values; or list the member in `members`."),
    VARIABLE_UNKNOWN("Let the client send only variables of the template, or add the variable."),
    VARIABLE_MISSING("Let the client send the variable, or set its `fallback`."),
    VARIABLE_INVALID("Let the client send a value within the variable's type and bounds, or change these."),
    PROMPT_TOO_LONG("Let the client send shorter values, or raise the maximum length.");

    private final String remedy;

    PromptTemplateCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
