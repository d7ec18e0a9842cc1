package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the policy {@code apiKeyAuth}. */
@Descriptor(
        name = "apiKeyAuth",
        version = "1.0.0",
        family = Family.AUTHENTICATION,
        phases = Phase.REQUEST,
        facts = {Fact.PROVIDES_IDENTITY, Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = ApiKeyCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class ApiKeyAuthFactory implements PolicyFactory<ApiKeyAuthParams> {
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeyAuthFactory.class);

    @Override
    public EntryFacts facts(ApiKeyAuthParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super
                .facts(params, phase)
                .with(HeaderUse.Action.READS, List.of(params.headerName()))
                .with(HeaderUse.Action.IDENTITY, IdentityHeaders.ALL);
        if (params.queryParam() != null) {
            facts = facts.with(Fact.READS_SECRET_IN_QUERY);
        }
        EntryFacts stripped =
                params.strip() ? facts.with(HeaderUse.Action.REMOVES, List.of(params.headerName())) : facts;
        if (params.strip() && (params.queryParam() != null || params.cookieName() != null)) {
            stripped = stripped.with(Fact.CHANGES_REQUEST);
        }
        return params.required()
                ? stripped.with(Fact.DENIES_ANONYMOUS).with(HeaderUse.Action.SETS, List.of(IdentityHeaders.USER_ID))
                : stripped.passing(Leniency.Occasion.NO_CREDENTIALS, "/required");
    }

    @Override
    public Policy create(ApiKeyAuthParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        checkPlaces(params, problems);
        KeyTable inline = switch (KeyTable.read(params.keys(), "/keys", KeyTable.empty())) {
            case KeyTable.Reading.Ok(KeyTable table) -> table;
            case KeyTable.Reading.Invalid(var wrong) -> {
                problems.addAll(wrong);
                yield KeyTable.empty();
            }
        };
        if (params.keys().isEmpty() && params.keyFile() == null) {
            problems.add(new ParamProblem("", "there are no keys: give keys or key_file"));
        }
        Supplier<KeyTable> file = watch(params.keyFile(), inline, env, problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        if (inline.plainKeys() > 0) {
            LOG.warn(
                    "apiKeyAuth: number of plain-text keys in the parameters: {}; anyone who can read the "
                            + "configuration can use them: give sha256 instead of plain",
                    inline.plainKeys());
        }
        return new ApiKeyAuthPolicy(params, inline, file, env.clock());
    }

    private static Supplier<KeyTable> watch(
            @Nullable String path, KeyTable inline, PolicyEnvironment env, List<ParamProblem> problems) {
        if (path == null) {
            return KeyTable::empty;
        }
        try {
            return env.watch(path, new KeyFileParser(inline))::current;
        } catch (InvalidParamsException unusable) {
            unusable.problems().forEach(problem -> problems.add(new ParamProblem("/key_file", problem.message())));
            return KeyTable::empty;
        }
    }

    private static void checkPlaces(ApiKeyAuthParams params, List<ParamProblem> problems) {
        RequestInstruction removal = new RemoveHeader(params.headerName());
        String illegal = Instructions.check(removal);
        if (illegal != null) {
            problems.add(new ParamProblem("/header_name", illegal));
        } else if (HeaderMap.lowerCase(params.headerName()).equals("cookie")) {
            problems.add(new ParamProblem("/header_name", "for a key in a cookie, give cookie_name instead"));
        }
        if (params.queryParam() != null && params.queryParam().isEmpty()) {
            problems.add(new ParamProblem("/query_param", "a query parameter must have a name"));
        }
        if (params.cookieName() != null && !FieldRules.isToken(params.cookieName())) {
            problems.add(new ParamProblem("/cookie_name", "the name of a cookie must be a token of RFC 9110"));
        }
    }
}
