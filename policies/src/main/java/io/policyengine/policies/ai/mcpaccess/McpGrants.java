package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.policies.ai.mcpaccess.McpAccessParams.MethodListParams;
import io.policyengine.policies.ai.mcpaccess.McpAccessParams.RuleParams;
import io.policyengine.policies.ai.shared.accessrules.AccessPlan;
import io.policyengine.policies.ai.shared.accessrules.NameList;
import io.policyengine.policies.ai.shared.accessrules.NameListParams;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tools, prompts, resources and methods that a caller may use. */
record McpGrants(NameList tools, NameList prompts, ResourceList resources, NameList methods) {
    static McpGrants nothing() {
        NameList none = NameList.of(List.of(), List.of());
        return new McpGrants(none, none, new ResourceList(none), none);
    }

    /** Returns the grants of callers to whom no rule applies. */
    static McpGrants of(McpAccessParams params) {
        return new McpGrants(
                NameList.of(params.tools()),
                NameList.of(params.prompts()),
                new ResourceList(NameList.of(params.resources())),
                methods(params.methods()));
    }

    static AccessPlan<McpGrants> plan(McpAccessParams params, Collection<ParamProblem> problems) {
        return AccessPlan.of(of(params), params.rules(), RuleParams::audience, McpGrants::with, problems);
    }

    /** Returns a copy in which the lists that a rule has replace the lists of these grants. */
    McpGrants with(RuleParams rule) {
        NameListParams own = rule.resources();
        MethodListParams ownMethods = rule.methods();
        return new McpGrants(
                listOr(rule.tools(), tools),
                listOr(rule.prompts(), prompts),
                own == null ? resources : new ResourceList(NameList.of(own)),
                ownMethods == null ? methods : methods(ownMethods));
    }

    private static NameList listOr(@Nullable NameListParams own, NameList other) {
        return own == null ? other : NameList.of(own);
    }

    private static NameList methods(MethodListParams params) {
        return NameList.of(params.allow(), params.deny());
    }
}
