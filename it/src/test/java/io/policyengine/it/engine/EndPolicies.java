package io.policyengine.it.engine;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A policy that writes down what it is told, in order: {@code name begins}, {@code name cancelled}, {@code name ends STATUS}. Its value
 * says what else it does; one that {@code keeps} writes {@code name kept until STATUS} when what it keeps for an exchange ends.
 */
public final class EndPolicies implements PolicyFactory<TestPolicies.Params> {
    public static final List<String> LOG = new CopyOnWriteArrayList<>();

    @Override
    public PolicyDescriptor descriptor() {
        return new PolicyDescriptor(
                "ending",
                "1.0.0",
                "Notes how exchanges end.",
                Set.of(Phase.REQUEST, Phase.RESPONSE),
                BodyNeed.STREAMING,
                BodyNeed.NONE,
                Set.of(),
                EndAccuracy.STREAM);
    }

    @Override
    public BodyNeed bodyNeed(TestPolicies.Params params, Phase phase) {
        return params.value().equals("chunks") ? BodyNeed.STREAMING : BodyNeed.NONE;
    }

    @Override
    public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
        String name = params.name();
        return new Noting(
                name,
                params.value(),
                params.value().equals("keeps")
                        ? environment.perExchange(
                                "names",
                                (kept, end) -> LOG.add(kept + " kept until " + (end == null ? "" : end.status())))
                        : null);
    }

    private record Noting(
            String name, String behaviour, @Nullable PerExchange<String> kept) implements Policy {
        @Override
        public Future<RequestOutcome> onRequest(RequestContext request) {
            LOG.add(name + " begins");
            request.call().cancellation().onCancel(() -> LOG.add(name + " cancelled"));
            if (kept != null && !kept.put(request.call(), name)) {
                LOG.add(name + " not kept");
            }
            return switch (behaviour) {
                case "never" -> Promise.<RequestOutcome>promise().future();
                case "deny" ->
                    RequestOutcome.respond(
                            new ImmediateResponse(403, HeaderMap.empty(), Buffer.buffer(), "policy_denied"));
                default -> RequestOutcome.unchanged();
            };
        }

        @Override
        public Future<ResponseOutcome> onResponse(ResponseContext response) {
            LOG.add(name + " begins");
            return ResponseOutcome.unchanged();
        }

        @Override
        public ChunkFilter<? extends RequestChunkOutcome> requestChunks(RequestContext request) {
            return (chunk, last) -> Future.succeededFuture(ChunkOutcome.PASS);
        }

        @Override
        public void exchangeEnded(ExchangeEnd end) {
            LOG.add(name + " ends " + end.status() + (end.aborted() ? " aborted" : "")
                    + (end.deniedBy() == null ? "" : " by " + end.deniedBy()));
            if (behaviour.equals("broken")) {
                throw new IllegalStateException("it cannot bear the end");
            }
        }

        @Override
        public void close() {
            LOG.add(name + " closed");
        }
    }
}
