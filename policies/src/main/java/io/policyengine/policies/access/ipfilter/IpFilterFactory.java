package io.policyengine.policies.access.ipfilter;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes {@code ipFilter}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class IpFilterFactory implements PolicyFactory<IpFilterParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "ipFilter",
            "1.0.0",
            "Lets requests pass, or refuses them, by the client's address.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.MAY_DENY));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<IpFilterParams> paramsType() {
        return IpFilterParams.class;
    }

    @Override
    public Policy create(IpFilterParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        CidrSet allow = read(params.allow(), "/allow", problems);
        CidrSet deny = read(params.deny(), "/deny", problems);
        Supplier<CidrSet> allowFile = watch(params.allowFile(), "/allow_file", env, problems);
        Supplier<CidrSet> denyFile = watch(params.denyFile(), "/deny_file", env, problems);
        if (params.allow() == null
                && params.deny() == null
                && params.allowFile() == null
                && params.denyFile() == null
                && params.otherwise() == null) {
            problems.add(
                    new ParamProblem("", "nothing to filter by: give allow, deny, allow_file, deny_file or default"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new IpFilterPolicy(params, List.of(() -> deny, denyFile), List.of(() -> allow, allowFile));
    }

    private static CidrSet read(@Nullable StringOrList texts, String pointer, List<ParamProblem> problems) {
        List<String> values = texts == null ? List.of() : texts.values();
        List<Cidr> blocks = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            try {
                blocks.add(Cidr.parse(values.get(i)));
            } catch (IllegalArgumentException wrong) {
                problems.add(new ParamProblem(pointer + "/" + i, String.valueOf(wrong.getMessage())));
            }
        }
        return CidrSet.of(blocks);
    }

    private static Supplier<CidrSet> watch(
            @Nullable String path, String pointer, PolicyEnvironment env, List<ParamProblem> problems) {
        if (path == null) {
            return CidrSet::empty;
        }
        try {
            return env.watch(path, new AddressFileParser())::current;
        } catch (InvalidParamsException unusable) {
            unusable.problems().forEach(problem -> problems.add(new ParamProblem(pointer, problem.message())));
            return CidrSet::empty;
        }
    }
}
