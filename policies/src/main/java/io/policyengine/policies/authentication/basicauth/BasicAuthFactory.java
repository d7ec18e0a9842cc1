package io.policyengine.policies.authentication.basicauth;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code basicAuth}. */
@Descriptor(
        name = "basicAuth",
        version = "1.0.0",
        family = Family.AUTHENTICATION,
        phases = Phase.REQUEST,
        facts = {Fact.PROVIDES_IDENTITY, Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = BasicAuthCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class BasicAuthFactory implements PolicyFactory<BasicAuthParams> {
    @Override
    public EntryFacts facts(BasicAuthParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super
                .facts(params, phase)
                .with(HeaderUse.Action.READS, List.of("authorization"))
                .with(HeaderUse.Action.IDENTITY, IdentityHeaders.ALL);
        if (params.clientFailures() > 0 || params.userFailures() > 0) {
            facts = facts.with(Fact.RELIES_ON_LOCAL_STATE);
        }
        EntryFacts stripped = params.strip() ? facts.with(HeaderUse.Action.REMOVES, List.of("authorization")) : facts;
        return params.required()
                ? stripped.with(Fact.DENIES_ANONYMOUS).with(HeaderUse.Action.SETS, List.of(IdentityHeaders.USER_ID))
                : stripped.passing(Leniency.Occasion.NO_CREDENTIALS, "/required");
    }

    @Override
    public Policy create(BasicAuthParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        if (!params.realm().chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
            problems.add(new ParamProblem("/realm", "a realm is printable ASCII"));
        }
        UserTable inline = UserTable.of(params.users(), "/users", env.maxWorkBytes(), problems);
        if (params.users().isEmpty() && params.htpasswdFile() == null) {
            problems.add(new ParamProblem("", "there are no users: give users or htpasswd_file"));
        }
        Supplier<UserTable> file = watch(params.htpasswdFile(), inline, env, problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        Verifications verifications = env.state("verifications", "1", () -> new Verifications(env));
        FailurePace pace = env.state(
                "failures",
                List.of(params.clientFailures(), params.userFailures()),
                () -> new FailurePace(params.clientFailures(), params.userFailures(), env.ticker()));
        return new BasicAuthPolicy(params, inline, file, verifications, pace, env);
    }

    private static Supplier<UserTable> watch(
            @Nullable String path, UserTable inline, PolicyEnvironment env, List<ParamProblem> problems) {
        if (path == null) {
            return UserTable::empty;
        }
        try {
            return env.watch(path, new UserTable.HtpasswdParser(inline, env.maxWorkBytes()))::current;
        } catch (InvalidParamsException unusable) {
            unusable.problems().forEach(problem -> problems.add(new ParamProblem("/htpasswd_file", problem.message())));
            return UserTable::empty;
        }
    }
}
