package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.shared.apierror.ApiRefusals;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.prompt.BodyWork;
import io.policyengine.policies.ai.shared.prompt.PromptBody;
import io.policyengine.policies.ai.shared.prompt.PromptEdits;
import io.policyengine.policies.ai.shared.prompt.PromptFault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/** Builds the prompt from the template that a request names. */
final class PromptTemplatePolicy implements Policy {
    /** Metadata key of the template's name. */
    static final String NAME = "prompt_template.name";

    private final Map<String, PromptTemplate> templates;
    private final boolean allowsUntemplated;
    private final Set<String> members;
    private final ApiRefusals refusals;
    private final PolicyEnvironment env;

    PromptTemplatePolicy(
            Map<String, PromptTemplate> templates,
            boolean allowsUntemplated,
            Set<String> members,
            ApiRefusals refusals,
            PolicyEnvironment env) {
        this.templates = templates;
        this.allowsUntemplated = allowsUntemplated;
        this.members = members;
        this.refusals = refusals;
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return BodyWork.run(env, context, stop -> outcome(context.request(), stop))
                .recover(failure -> failure instanceof PromptFault fault && hasNoPrompt(fault.kind())
                        ? Future.succeededFuture(untemplated(context.request()))
                        : refusals.recovered(failure, context.request()));
    }

    private static boolean hasNoPrompt(PromptFault.Kind kind) {
        return kind == PromptFault.Kind.MISSING || kind == PromptFault.Kind.UNKNOWN_SHAPE;
    }

    private RequestOutcome untemplated(RequestView request) {
        return allowsUntemplated
                ? new RequestOutcome.Proceed(List.of(), null)
                : refusals.of(TemplateDenials.REQUIRED, request);
    }

    private RequestOutcome outcome(RequestView request, StopSignal stop) throws PromptFault {
        PromptBody body = PromptBody.of(request, stop);
        ApiShape shape = body.shape(request);
        try {
            Optional<TemplateCall> call = TemplateCall.of(body, shape, members, stop);
            return call.isEmpty() ? untemplated(request) : made(request, body, shape, call.get());
        } catch (UnfitValuesException unfit) {
            return refusals.of(unfit.denial(), request);
        }
    }

    private RequestOutcome made(RequestView request, PromptBody body, ApiShape shape, TemplateCall call)
            throws PromptFault, UnfitValuesException {
        PromptTemplate template = templates.get(call.name());
        if (template == null) {
            return refusals.of(TemplateDenials.UNKNOWN, request);
        }
        PromptEdits edits = PromptEdits.inPlaceOfAll(body, shape);
        for (PromptTemplate.Message message : template.messages(template.texts(call.values()))) {
            edits.addLast(message.role(), message.text());
        }
        TemplateCall.MEMBERS.forEach(name -> edits.splices().remove(body.root(), name));
        return new RequestOutcome.Proceed(
                List.of(
                        new SetBody(Buffer.buffer(edits.applied()), null),
                        new SetMetadata(NAME, JsonNodeFactory.instance.stringNode(call.name()))),
                null);
    }
}
