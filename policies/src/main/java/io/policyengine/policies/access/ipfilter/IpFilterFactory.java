package io.policyengine.policies.access.ipfilter;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code ipFilter}. */
@Descriptor(
        name = "ipFilter",
        version = "1.0.0",
        family = Family.ACCESS,
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.RESTRICTS_ACCESS, Fact.DECLARES_ALL_EFFECTS},
        codes = IpFilterCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class IpFilterFactory implements PolicyFactory<IpFilterParams> {
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
            problems.add(new ParamProblem(
                    "", "the policy has no condition: give allow, deny, allow_file, deny_file or " + "default"));
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
