package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.Action;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.Check;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.Hold;
import io.policyengine.policies.content.contentmoderationguardrail.check.WindowSize;
import io.policyengine.policies.content.shared.texts.TextCode;
import java.util.ArrayList;
import java.util.List;

/** Creates the policy {@code contentModerationGuardrail}. */
@Descriptor(
        name = "contentModerationGuardrail",
        version = "1.0.0",
        family = Family.CONTENT,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED_OR_STREAMING,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = {ModerationCode.class, TextCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class ContentModerationGuardrailFactory implements PolicyFactory<ContentModerationGuardrailParams> {
    /**
     * Requires a whole body if all of it is held back, or if a check annotates: the header field with the verdict is
     * sent before the body.
     */
    @Override
    public BodyNeed bodyNeed(ContentModerationGuardrailParams params, Phase phase) {
        return params.hold() == Hold.ALL || has(params, Action.ANNOTATE)
                ? BodyNeed.BUFFERED
                : BodyNeed.BUFFERED_OR_STREAMING;
    }

    private static boolean has(ContentModerationGuardrailParams params, Action action) {
        return params.checks().stream().anyMatch(check -> action(params, check) == action);
    }

    /**
     * Returns whether an entry has a webhook check. A webhook may demand a denial even if the check's action is
     * another.
     */
    private static boolean mayBeDemanded(ContentModerationGuardrailParams params) {
        return params.checks().stream()
                .anyMatch(check -> check.type() == ContentModerationGuardrailParams.CheckType.WEBHOOK);
    }

    private static Action action(ContentModerationGuardrailParams params, Check check) {
        Action own = check.action();
        return own == null ? params.action() : own;
    }

    @Override
    public EntryFacts facts(ContentModerationGuardrailParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super.facts(params, phase);
        facts = has(params, Action.DENY) || mayBeDemanded(params) ? facts.with(Fact.JUDGES_CONTENT) : facts;
        facts = has(params, Action.MASK) ? facts.with(Fact.MASKS_CONTENT) : facts;
        for (int i = 0; i < params.checks().size(); i++) {
            Check check = params.checks().get(i);
            facts = check.target() == null ? facts : facts.with(Fact.HAS_DEPENDENCY);
            facts = check.onError() == ContentModerationGuardrailParams.OnError.PASS
                    ? facts.passing(Leniency.Occasion.DEPENDENCY_AWAY, "/checks/" + i + "/on_error")
                    : facts;
        }
        return has(params, Action.ANNOTATE) ? facts.with(HeaderUse.Action.REMOVES, List.of(params.header())) : facts;
    }

    @Override
    public void check(ContentModerationGuardrailParams params, Phase phase) {
        ContentModerationGuardrailParams.On on = params.on();
        boolean fits = on == null || (on == ContentModerationGuardrailParams.On.REQUEST) == (phase == Phase.REQUEST);
        if (!fits) {
            throw new InvalidParamsException(
                    "/on",
                    "does not match the flow: an entry of the request_flow checks requests, an entry of the "
                            + "response_flow responses");
        }
    }

    @Override
    public Policy create(ContentModerationGuardrailParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        judge(params, problems);
        WindowSize windows = new WindowSize(params.windowBytes(), params.overlapBytes());
        CheckBuilder builder = new CheckBuilder(env, windows, problems);
        List<Guardrail.Own> own = new ArrayList<>();
        List<Guardrail.Callout> asked = new ArrayList<>();
        for (int i = 0; i < params.checks().size(); i++) {
            Check check = params.checks().get(i);
            Action action = action(params, check);
            String name = builder.nameOf(check);
            builder.own(check, action, i).ifPresent(made -> own.add(new Guardrail.Own(name, action, made)));
            builder.asked(check, i).ifPresent(made -> asked.add(new Guardrail.Callout(name, action, made)));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new ContentModerationGuardrailPolicy(
                params, new Guardrail(own, asked, params.hold(), windows, params.mask()), env);
    }

    private static void judge(ContentModerationGuardrailParams params, List<ParamProblem> problems) {
        if (params.overlapBytes() > params.windowBytes() / 2) {
            problems.add(new ParamProblem("/overlap_bytes", "must be at most half of window_bytes"));
        }
        if (!FieldRules.isToken(params.header()) || FieldRules.isFraming(params.header())) {
            problems.add(new ParamProblem("/header", "not the name of a header field that a policy may set"));
        }
        if (params.hold() == Hold.NONE && has(params, Action.MASK)) {
            problems.add(new ParamProblem("/hold", "content that has passed cannot be masked: set window or all"));
        }
    }
}
