package io.policyengine.it.stores;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.traffic.ratelimit.RateLimitFactory;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.TestMessages;
import java.lang.reflect.Proxy;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code rateLimit} on a rig's store, and requests for it. */
final class LimitRig {
    private LimitRig() {}

    /** The policy with these parameters, in YAML, which denies while the store fails. */
    static Policy rateLimit(StoreRig rig, String params) {
        return policy(new RateLimitFactory(), "store: shared\non_store_failure: deny\n" + params, with(rig));
    }

    private static <P extends Record> Policy policy(
            PolicyFactory<P> factory, String params, PolicyEnvironment environment) {
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(new YAMLMapper().readTree(params))) {
            case BoundParams.Ok<P>(P bound) -> factory.create(bound, environment);
            case BoundParams.Invalid<P>(var problems) -> throw new IllegalArgumentException(problems.toString());
        };
    }

    private static PolicyEnvironment with(StoreRig rig) {
        FakeEnvironment rest = new FakeEnvironment();
        return (PolicyEnvironment) Proxy.newProxyInstance(
                PolicyEnvironment.class.getClassLoader(),
                new Class<?>[] {PolicyEnvironment.class},
                (_, method, arguments) -> method.getName().equals("store") && arguments[0].equals("shared")
                        ? rig.store("rateLimit")
                        : method.invoke(rest, arguments));
    }

    /** A request of a client, which {@code x-client} names. */
    static RequestContext request(String client, long exchange) {
        return new RequestContext(
                TestMessages.get("/", "x-client", client),
                Metadata.empty(),
                new Call("id-" + exchange, exchange, Long.MAX_VALUE / 2, new Cancellation()));
    }
}
