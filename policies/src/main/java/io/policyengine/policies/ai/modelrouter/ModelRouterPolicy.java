package io.policyengine.policies.ai.modelrouter;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.shared.apierror.ApiRefusals;
import io.policyengine.policies.ai.shared.model.NamedModels;
import io.policyengine.policies.ai.shared.prompt.BodyWork;
import io.policyengine.policies.ai.shared.prompt.PromptBody;
import io.policyengine.policies.ai.shared.prompt.PromptFault;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** Finds the route of a request, and applies the route's changes. */
final class ModelRouterPolicy implements Policy {
    /** Metadata key of the model that the client requested. */
    static final String REQUESTED = "model_router.requested";

    private static final Denial UNMATCHED = new Denial(
            404, ModelRouterCode.MODEL_NOT_FOUND, "There is no route for the model", DenialReason.POLICY_DENIED);
    private static final Denial CONTRADICTION = new Denial(
            400,
            ModelRouterCode.MODEL_AMBIGUOUS,
            "Servers differ in how they read the model of the request",
            DenialReason.INVALID_REQUEST);

    private final Routes routes;
    private final boolean deniesUnmatched;
    private final ApiRefusals refusals;
    private final PolicyEnvironment env;

    ModelRouterPolicy(Routes routes, boolean deniesUnmatched, ApiRefusals refusals, PolicyEnvironment env) {
        this.routes = routes;
        this.deniesUnmatched = deniesUnmatched;
        this.refusals = refusals;
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        long random = env.randomLong();
        return BodyWork.run(env, context, stop -> outcome(context, random, stop))
                .recover(failure -> refusals.recovered(failure, context.request()));
    }

    private RequestOutcome outcome(RequestContext context, long random, StopSignal stop) throws PromptFault {
        RequestView request = context.request();
        Buffer text = request.body();
        PromptBody body = text == null || text.length() == 0 ? null : PromptBody.of(request, stop);
        return switch (NamedModels.of(context, routes.source(), body)) {
            case NamedModels.Contradiction() -> refusals.of(CONTRADICTION, request);
            case NamedModels.Told told -> routed(context, Optional.of(told.first()), body, random);
            case NamedModels.Untold() -> routed(context, Optional.empty(), body, random);
        };
    }

    private RequestOutcome routed(
            RequestContext context, Optional<String> named, @Nullable PromptBody body, long random) {
        Optional<String> model = named.map(routes.aliases()::modelOf);
        Optional<Route> route = routes.routes().stream()
                .filter(each -> each.isFor(model, context))
                .findFirst();
        if (route.isEmpty() && deniesUnmatched) {
            return refusals.of(UNMATCHED, context.request());
        }
        Optional<String> given = route.flatMap(found -> found.model(random)).or(() -> model);
        List<RequestInstruction> changes =
                new ArrayList<>(route.map(Route::fields).orElse(routes.unmatched()));
        named.ifPresent(name -> changes.add(noted(REQUESTED, name)));
        given.ifPresent(name -> {
            changes.add(noted(NamedModels.ROUTED, name));
            changes.addAll(ModelChange.of(context.request(), body, named, name));
        });
        return new RequestOutcome.Proceed(List.copyOf(changes), null);
    }

    private static RequestInstruction noted(String key, String model) {
        return new SetMetadata(key, JsonNodeFactory.instance.stringNode(model));
    }
}
