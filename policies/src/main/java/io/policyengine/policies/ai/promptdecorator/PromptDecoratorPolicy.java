package io.policyengine.policies.ai.promptdecorator;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.promptdecorator.PromptDecoratorParams.Unknown;
import io.policyengine.policies.ai.shared.apierror.ApiRefusals;
import io.policyengine.policies.ai.shared.prompt.BodyWork;
import io.policyengine.policies.ai.shared.prompt.Prompt;
import io.policyengine.policies.ai.shared.prompt.PromptEdits;
import io.policyengine.policies.ai.shared.prompt.PromptFault;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

final class PromptDecoratorPolicy implements Policy {
    private static final Denial TOO_LONG = new Denial(
            400,
            PromptDecoratorCode.VALUE_TOO_LONG,
            "A value to be added to the prompt is too long",
            DenialReason.INVALID_REQUEST);

    private final List<Decoration> first;
    private final List<Decoration> last;
    private final PromptDecoratorParams params;
    private final ApiRefusals refusals;
    private final PolicyEnvironment env;

    PromptDecoratorPolicy(
            List<Decoration> first,
            List<Decoration> last,
            PromptDecoratorParams params,
            ApiRefusals refusals,
            PolicyEnvironment env) {
        this.first = first;
        this.last = last;
        this.params = params;
        this.refusals = refusals;
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return BodyWork.run(env, context, stop -> decorated(context, stop))
                .recover(failure -> failure instanceof PromptFault fault && passes(fault.kind())
                        ? RequestOutcome.unchanged()
                        : refusals.recovered(failure, context.request()));
    }

    private boolean passes(PromptFault.Kind kind) {
        return params.onUnknown() == Unknown.PASS
                && (kind == PromptFault.Kind.UNKNOWN_SHAPE || kind == PromptFault.Kind.MISSING);
    }

    private RequestOutcome decorated(RequestContext context, StopSignal stop) throws PromptFault {
        RequestView request = context.request();
        PromptEdits edits = new PromptEdits(Prompt.of(request, stop));
        for (Decoration decoration : first) {
            Optional<String> text = decoration.filled(context, params.maxValueBytes());
            if (text.isEmpty()) {
                return refusals.of(TOO_LONG, request);
            }
            edits.addFirst(decoration.role(), text.get());
        }
        for (Decoration decoration : last) {
            Optional<String> text = decoration.filled(context, params.maxValueBytes());
            if (text.isEmpty()) {
                return refusals.of(TOO_LONG, request);
            }
            edits.addLast(decoration.role(), text.get());
        }
        return new RequestOutcome.Proceed(List.of(new SetBody(Buffer.buffer(edits.applied()), null)), null);
    }
}
