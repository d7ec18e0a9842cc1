package io.policyengine.policies.access.extauthz;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.access.extauthz.protocol.AuthorizationProtocol;
import io.policyengine.policies.access.extauthz.protocol.AuthorizationQuestion;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies an authorization service's decision, which is requested or taken from the cache. */
final class ExtAuthzPolicy implements Policy {
    private final AuthorizationProtocol protocol;
    private final AuthorizationRules rules;
    private final @Nullable Set<String> shown;
    private final int maxBody;
    private final @Nullable DecisionCache cache;
    private final @Nullable Future<RequestOutcome> onError;

    /**
     * Creates the policy of an entry.
     *
     * @param shown fields sent to the service, in lower case; null for all
     * @param maxBody maximum bytes of the body sent to the service
     * @param cache null if decisions are not cached
     * @param onError the outcome if the service does not answer; null to fail
     */
    ExtAuthzPolicy(
            AuthorizationProtocol protocol,
            AuthorizationRules rules,
            @Nullable Set<String> shown,
            int maxBody,
            @Nullable DecisionCache cache,
            @Nullable Future<RequestOutcome> onError) {
        this.protocol = protocol;
        this.rules = rules;
        this.shown = shown;
        this.maxBody = maxBody;
        this.cache = cache;
        this.onError = onError;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        Future<Decision> decision = decide(context);
        return decision.succeeded()
                ? decision.result().outcomeFor(context.request())
                : decision.transform(asked -> asked.succeeded()
                        ? asked.result().outcomeFor(context.request())
                        : withoutAnswer(asked.cause()));
    }

    private Future<Decision> decide(RequestContext context) {
        DecisionCache memory = cache;
        Sha256 key = memory == null ? null : memory.keyOf(context, () -> question(context));
        if (memory == null || key == null) {
            return protocol.ask(question(context), context.call()).map(rules::decide);
        }
        return memory.decisions()
                .get(
                        key,
                        context.call(),
                        (_, call) -> protocol.ask(question(context), call)
                                .map(answer -> memory.loaded(rules.decide(answer))));
    }

    /** Returns the outcome of a request that the service did not answer. Overload and cancellation remain failures. */
    private Future<RequestOutcome> withoutAnswer(Throwable cause) {
        boolean isMissing = cause instanceof CalloutException failure
                && failure.kind() != CalloutException.Kind.OVERLOADED
                && failure.kind() != CalloutException.Kind.CANCELLED;
        return isMissing && onError != null ? onError : Future.failedFuture(cause);
    }

    private AuthorizationQuestion question(RequestContext context) {
        RequestView request = context.request();
        HeaderMap headers =
                shown == null ? request.headers() : request.headers().without(name -> !shown.contains(name));
        Buffer whole = request.body() == null || maxBody == 0 ? Buffer.buffer() : request.body();
        boolean isPartial = whole.length() > maxBody;
        return new AuthorizationQuestion(
                context.call().requestId(),
                request.withHeaders(HeaderMap.empty()).withBody(null),
                headers,
                isPartial ? whole.slice(0, maxBody) : whole,
                isPartial,
                context.metadata());
    }
}
