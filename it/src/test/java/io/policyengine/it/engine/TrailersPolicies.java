package io.policyengine.it.engine;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.node.StringNode;

/** A policy that looks at trailers: says in them what it sees, or fails there, and notes its calls. */
public final class TrailersPolicies implements PolicyFactory<TestPolicies.Params> {
    public static final List<String> LOG = new CopyOnWriteArrayList<>();

    @Override
    public PolicyDescriptor descriptor() {
        return new PolicyDescriptor(
                "trailers",
                "1.0.0",
                "For tests.",
                Set.of(Phase.REQUEST, Phase.RESPONSE),
                BodyNeed.NONE,
                BodyNeed.NONE,
                Set.of(Fact.READS_TRAILERS),
                EndAccuracy.STREAM);
    }

    @Override
    public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
        return new Policy() {
            @Override
            public Future<TrailersOutcome> onRequestTrailers(TrailersContext trailers) {
                return look("request", trailers);
            }

            @Override
            public Future<TrailersOutcome> onResponseTrailers(TrailersContext trailers) {
                return look("response", trailers);
            }

            private Future<TrailersOutcome> look(String phase, TrailersContext context) {
                LOG.add(params.name() + " " + phase);
                if (params.value().equals("fail")) {
                    return Future.failedFuture(
                            new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "as it was told to"));
                }
                String seen = context.request().path() + " "
                        + context.response().status() + " " + context.trailers().get("x-part") + " "
                        + context.metadata().get("before");
                return TrailersOutcome.proceed(List.of(
                        new SetHeader("x-seen", seen),
                        new AppendHeader("x-by", params.name()),
                        new RemoveHeader("x-gone"),
                        new SetMetadata("before", StringNode.valueOf(params.name()))));
            }

            @Override
            public void exchangeEnded(ExchangeEnd end) {
                LOG.add(params.name() + " end");
            }
        };
    }
}
