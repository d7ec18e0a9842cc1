package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.ai.shared.apierror.ApiRefusals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;

/** Makes {@code promptTemplate}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS)
public final class PromptTemplateFactory implements PolicyFactory<PromptTemplateParams> {
    private static final PolicyDescriptor DESCRIPTOR = new PolicyDescriptor(
            "promptTemplate",
            "1.0.0",
            "Makes the prompts of requests from templates, with values that the requests bring.",
            Set.of(Phase.REQUEST),
            BodyNeed.BUFFERED,
            BodyNeed.NONE,
            Set.of(Fact.MAY_DENY),
            EndAccuracy.NONE);

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<PromptTemplateParams> paramsType() {
        return PromptTemplateParams.class;
    }

    @Override
    public Policy create(PromptTemplateParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        Map<String, PromptTemplate> templates = new HashMap<>();
        if (params.templates().isEmpty()) {
            problems.add(new ParamProblem("/templates", "no template is given"));
        }
        params.templates().forEach((name, template) -> {
            String pointer = "/templates" + JsonPointer.empty().appendProperty(name);
            if (!TemplateText.isName(name)) {
                problems.add(new ParamProblem(pointer, TemplateText.NAME_RULE));
            }
            templates.put(name, PromptTemplate.of(template, pointer, problems));
        });
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new PromptTemplatePolicy(
                Map.copyOf(templates),
                params.allowUntemplated(),
                Set.copyOf(params.members()),
                new ApiRefusals(params.denialFormat()),
                env);
    }
}
