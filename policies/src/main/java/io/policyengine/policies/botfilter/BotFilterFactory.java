package io.policyengine.policies.botfilter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
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
import org.jspecify.annotations.Nullable;

/** Makes {@code botFilter}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class BotFilterFactory implements PolicyFactory<BotFilterParams> {
    /** Instructions of all patterns of an entry (RE2/J): the time of a request grows with them. */
    private static final int LARGEST = 5_000;

    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "botFilter",
            "1.0.0",
            "Refuses requests by their User-Agent.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.MAY_DENY));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<BotFilterParams> paramsType() {
        return BotFilterParams.class;
    }

    @Override
    public EntryFacts facts(BotFilterParams params, Phase phase) {
        return EntryFacts.of(DESCRIPTOR.facts()).with(HeaderUse.Action.READS, List.of(BotFilterPolicy.USER_AGENT));
    }

    @Override
    public Policy create(BotFilterParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        List<Pattern> deny = compile(params.denyUserAgents(), "/deny_user_agents", problems);
        List<Pattern> allow = compile(params.allowUserAgents(), "/allow_user_agents", problems);
        if (params.denyUserAgents() == null && params.allowUserAgents() == null && !params.requireUserAgent()) {
            problems.add(new ParamProblem(
                    "", "nothing to filter by: give deny_user_agents, allow_user_agents or require_user_agent"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new BotFilterPolicy(params, deny, allow);
    }

    private static List<Pattern> compile(@Nullable StringOrList texts, String pointer, List<ParamProblem> problems) {
        List<String> values = texts == null ? List.of() : texts.values();
        List<Pattern> patterns = new ArrayList<>(values.size());
        int size = 0;
        for (int i = 0; i < values.size(); i++) {
            String at = pointer + "/" + i;
            try {
                Pattern pattern = Pattern.compile(values.get(i));
                size += pattern.programSize();
                patterns.add(pattern);
                if (pattern.matches("")) {
                    problems.add(new ParamProblem(at, "the pattern occurs in every text"));
                } else if (size > LARGEST) {
                    problems.add(new ParamProblem(at, "the patterns up to here are too large together"));
                }
            } catch (PatternSyntaxException wrong) {
                problems.add(new ParamProblem(at, "not a regular expression in RE2 syntax: " + wrong.getDescription()));
            }
        }
        return List.copyOf(patterns);
    }
}
