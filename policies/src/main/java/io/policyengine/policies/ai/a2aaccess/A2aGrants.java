package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.policies.ai.a2aaccess.A2aAccessParams.MethodListParams;
import io.policyengine.policies.ai.a2aaccess.A2aAccessParams.RuleParams;
import io.policyengine.policies.ai.shared.accessrules.AccessPlan;
import io.policyengine.policies.ai.shared.accessrules.NameList;
import io.policyengine.policies.ai.shared.accessrules.NameListParams;
import java.util.Collection;
import java.util.List;

/** The methods and skills that a caller may use. */
record A2aGrants(NameList methods, NameList skills) {
    static A2aGrants nothing() {
        NameList none = NameList.of(List.of(), List.of());
        return new A2aGrants(none, none);
    }

    /** Returns the grants of callers to whom no rule applies. */
    static A2aGrants of(A2aAccessParams params) {
        return new A2aGrants(methods(params.methods()), NameList.of(params.skills()));
    }

    static AccessPlan<A2aGrants> plan(A2aAccessParams params, Collection<ParamProblem> problems) {
        return AccessPlan.of(of(params), params.rules(), RuleParams::audience, A2aGrants::with, problems);
    }

    /** Returns a copy in which the lists that a rule has replace the lists of these grants. */
    A2aGrants with(RuleParams rule) {
        MethodListParams ownMethods = rule.methods();
        NameListParams ownSkills = rule.skills();
        return new A2aGrants(
                ownMethods == null ? methods : methods(ownMethods),
                ownSkills == null ? skills : NameList.of(ownSkills));
    }

    private static NameList methods(MethodListParams params) {
        return NameList.of(params.allow(), params.deny());
    }
}
