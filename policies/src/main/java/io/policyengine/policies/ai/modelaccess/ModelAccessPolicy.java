package io.policyengine.policies.ai.modelaccess;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.ai.shared.apierror.ApiRefusals;
import io.policyengine.policies.ai.shared.model.NamedModels;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.ai.shared.prompt.BodyWork;
import io.policyengine.policies.ai.shared.prompt.PromptBody;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/** Allows or denies requests by the models that they name. */
final class ModelAccessPolicy implements Policy {
    /** Metadata key of the model, as the client names it. */
    static final String MODEL = "model_access.model";

    private static final Denial DENIED =
            new Denial(403, ModelAccessCode.MODEL_DENIED, "The model is not allowed", DenialReason.FORBIDDEN);
    private static final Denial UNTOLD = new Denial(
            403,
            ModelAccessCode.MODEL_UNKNOWN,
            "The model of the request cannot be determined",
            DenialReason.POLICY_DENIED);
    private static final Denial CONTRADICTION = new Denial(
            400,
            ModelAccessCode.MODEL_AMBIGUOUS,
            "Servers differ in how they read the model of the request",
            DenialReason.INVALID_REQUEST);

    private final AccessRules rules;
    private final FactsSource source;
    private final ApiRefusals refusals;
    private final PolicyEnvironment env;

    ModelAccessPolicy(AccessRules rules, FactsSource source, ApiRefusals refusals, PolicyEnvironment env) {
        this.rules = rules;
        this.source = source;
        this.refusals = refusals;
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        RequestView request = context.request();
        Buffer body = request.body();
        if (body == null || body.length() == 0) {
            return judged(context, NamedModels.of(context, source));
        }
        return BodyWork.run(env, context, stop -> NamedModels.of(context, source, PromptBody.of(request, stop)))
                .compose(models -> judged(context, models), failure -> refusals.recovered(failure, request));
    }

    private Future<RequestOutcome> judged(RequestContext context, NamedModels models) {
        try {
            return Future.succeededFuture(outcome(context, models));
        } catch (PolicyException noValue) {
            return Future.failedFuture(noValue);
        }
    }

    private RequestOutcome outcome(RequestContext context, NamedModels models) {
        return switch (models) {
            case NamedModels.Untold() -> refusals.of(UNTOLD, context.request());
            case NamedModels.Contradiction() -> refusals.of(CONTRADICTION, context.request());
            case NamedModels.Told told -> {
                List<RequestInstruction> noted =
                        List.of(new SetMetadata(MODEL, JsonNodeFactory.instance.stringNode(told.first())));
                yield rules.allow(told.names(), context)
                        ? new RequestOutcome.Proceed(noted, null)
                        : refusals.of(DENIED, context.request(), noted);
            }
        };
    }
}
