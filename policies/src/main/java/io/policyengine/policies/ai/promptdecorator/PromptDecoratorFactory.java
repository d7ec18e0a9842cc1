package io.policyengine.policies.ai.promptdecorator;

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
import io.policyengine.policies.ai.promptdecorator.PromptDecoratorParams.Addition;
import io.policyengine.policies.ai.shared.apierror.ApiRefusals;
import io.policyengine.policies.ai.shared.prompt.PromptCode;
import io.policyengine.policies.shared.template.Template;
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Creates the policy {@code promptDecorator}. */
@Descriptor(
        name = "promptDecorator",
        version = "1.0.0",
        family = Family.AI,
        phases = Phase.REQUEST,
        requestBody = BodyNeed.BUFFERED,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = {PromptDecoratorCode.class, PromptCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS)
public final class PromptDecoratorFactory implements PolicyFactory<PromptDecoratorParams> {
    @Override
    public EntryFacts facts(PromptDecoratorParams params, Phase phase) {
        return TemplateFacts.of(
                PolicyFactory.super.facts(params, phase),
                phase,
                Stream.concat(params.prepend().stream(), params.append().stream())
                        .map(Addition::text));
    }

    @Override
    public Policy create(PromptDecoratorParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        if (params.prepend().isEmpty() && params.append().isEmpty()) {
            problems.add(new ParamProblem("", "the policy adds nothing: give prepend or append"));
        }
        List<Decoration> first = decorations(params.prepend(), "/prepend", problems);
        List<Decoration> last = decorations(params.append(), "/append", problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new PromptDecoratorPolicy(first, last, params, new ApiRefusals(params.denialFormat()), env);
    }

    private static List<Decoration> decorations(List<Addition> additions, String pointer, List<ParamProblem> problems) {
        List<Decoration> decorations = new ArrayList<>();
        for (int i = 0; i < additions.size(); i++) {
            Addition addition = additions.get(i);
            try {
                decorations.add(new Decoration(addition.role().role(), Template.parse(addition.text())));
            } catch (IllegalArgumentException wrong) {
                problems.add(new ParamProblem(pointer + "/" + i + "/text", String.valueOf(wrong.getMessage())));
            }
        }
        return List.copyOf(decorations);
    }
}
