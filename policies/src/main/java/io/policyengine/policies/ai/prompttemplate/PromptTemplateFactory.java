package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.ai.shared.apierror.ApiRefusals;
import io.policyengine.policies.ai.shared.prompt.PromptCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;

/** Creates the policy {@code promptTemplate}. */
@Descriptor(
        name = "promptTemplate",
        version = "1.0.0",
        family = Family.AI,
        phases = Phase.REQUEST,
        requestBody = BodyNeed.BUFFERED,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.CHANGES_REQUEST},
        codes = {PromptTemplateCode.class, PromptCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS)
public final class PromptTemplateFactory implements PolicyFactory<PromptTemplateParams> {
    @Override
    public EntryFacts facts(PromptTemplateParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super.facts(params, phase);
        return params.allowUntemplated() ? facts : facts.with(Fact.JUDGES_CONTENT);
    }

    @Override
    public Policy create(PromptTemplateParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        Map<String, PromptTemplate> templates = new HashMap<>();
        if (params.templates().isEmpty()) {
            problems.add(new ParamProblem("/templates", "there are no templates: give at least one in templates"));
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
