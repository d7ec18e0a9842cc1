package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.policyengine.policies.format.json.JsonSize;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Denies GraphQL requests that are malformed, too expensive or not allowed. */
final class GraphqlProtectionPolicy implements Policy {
    /** Bytes of heap for each token of a GraphQL document, including its node in the document's lists and maps. */
    private static final int PER_TOKEN = 200;

    private final GraphqlProtectionParams params;
    private final Judge judge;
    private final GraphqlDenials denials;
    private final PolicyEnvironment env;

    GraphqlProtectionPolicy(GraphqlProtectionParams params, AllowedOperations allowed, PolicyEnvironment env) {
        this.params = params;
        this.judge = new Judge(params, allowed);
        this.denials = new GraphqlDenials(params);
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        RequestView request = context.request();
        Buffer body = request.body();
        byte[] text = body == null ? new byte[0] : body.getBytes();
        JsonSize size = JsonSize.of(text, true, () -> false);
        if (size.isSmall()) {
            return outcome(refusal(request, () -> false));
        }
        long nodes = Math.min(text.length, (long) params.maxTokens()) * PER_TOKEN;
        return env.offLoop(
                        context.call(),
                        Work.onBody(text.length, size.heapBytes() + nodes),
                        stop -> refusal(request, stop))
                .recover(failure -> failure instanceof TooMuchMemoryException
                        ? Future.succeededFuture(Optional.of(GraphqlRefusal.Why.SIZE))
                        : Future.failedFuture(failure))
                .compose(this::outcome);
    }

    private Optional<GraphqlRefusal.Why> refusal(RequestView request, StopSignal stop) {
        try {
            judge.judge(request, stop);
            return Optional.empty();
        } catch (GraphqlRefusal refused) {
            return Optional.of(refused.why());
        }
    }

    private Future<RequestOutcome> outcome(Optional<GraphqlRefusal.Why> refusal) {
        return refusal.isEmpty() ? RequestOutcome.unchanged() : RequestOutcome.respond(denials.of(refusal.get()));
    }
}
