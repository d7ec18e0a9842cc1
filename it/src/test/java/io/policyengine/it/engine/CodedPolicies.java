package io.policyengine.it.engine;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Policies of third parties, for tests of the codes of denials. */
public final class CodedPolicies {
    private CodedPolicies() {}

    /**
     * A policy that denies with the code and the rule in its {@code value}, legal or not, as {@code CODE} or {@code CODE/RULE}, and one
     * that notes the ends of exchanges.
     */
    public static List<PolicyFactory<?>> with(Map<String, String> ends) {
        return List.of(new Coded(), new Noting(ends));
    }

    private static final class Coded implements PolicyFactory<TestPolicies.Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(
                    "coded", "1.0.0", "Denies with a code.", Set.of(Phase.REQUEST), Set.of());
        }

        @Override
        public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
            int slash = params.value().indexOf('/');
            ImmediateResponse coded = new ImmediateResponse(
                            403, HeaderMap.empty(), Buffer.buffer("{\"code\": \"THEIRS\"}"), "theirs")
                    .withCode(slash < 0 ? params.value() : params.value().substring(0, slash));
            ImmediateResponse denial =
                    slash < 0 ? coded : coded.withRule(params.value().substring(slash + 1));
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext context) {
                    return RequestOutcome.respond(denial);
                }
            };
        }
    }

    /** The code at the end of each exchange, and the rule behind a colon, by request id; {@code -} if there is none. */
    private record Noting(Map<String, String> ends) implements PolicyFactory<TestPolicies.Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(
                            "noting", "1.0.0", "Notes how exchanges end.", Set.of(Phase.REQUEST), Set.of())
                    .withEnd(EndAccuracy.STREAM);
        }

        @Override
        public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
            Map<Long, String> ids = new ConcurrentHashMap<>();
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext context) {
                    ids.put(context.call().exchangeId(), context.call().requestId());
                    return RequestOutcome.unchanged();
                }

                @Override
                public void exchangeEnded(ExchangeEnd end) {
                    String id = ids.remove(end.exchangeId());
                    if (id != null) {
                        String rule = end.rule() == null ? "" : ":" + end.rule();
                        ends.put(id, end.code() == null ? "-" : end.code() + rule);
                    }
                }
            };
        }
    }
}
