package io.policyengine.policies.access.celrule;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code celRule} denies, besides the code in its parameter {@code code}. */
enum CelRuleCode implements DenialCode {
    RULE_DENIED("Compare the request with the expression: `policy-engine explain` names the entry. "
            + "Correct the rule, or what the client sends."),
    RULE_FAILED("The metadata `cel_rule.failure` has the reason. In the expression, test for values that may be "
            + "missing with `has()`, `in` or `[?key]`.");

    private final String remedy;

    CelRuleCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
