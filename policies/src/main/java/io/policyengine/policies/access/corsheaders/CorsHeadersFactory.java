package io.policyengine.policies.access.corsheaders;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.access.shared.origin.Origins;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code corsHeaders}. */
@Descriptor(
        name = "corsHeaders",
        version = "1.0.0",
        family = Family.ACCESS,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        facts = {Fact.HANDLES_CORS, Fact.MAY_DENY, Fact.ON_DENIAL, Fact.DECLARES_ALL_EFFECTS},
        codes = CorsCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class CorsHeadersFactory implements PolicyFactory<CorsHeadersParams> {
    private static final String ANY = "*";

    @Override
    public EntryFacts facts(CorsHeadersParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super.facts(params, phase);
        return switch (phase) {
            case REQUEST -> facts.with(HeaderUse.Action.READS, List.of(CorsFields.ORIGIN, CorsFields.REQUEST_METHOD));
            case RESPONSE -> facts.with(HeaderUse.Action.SETS, List.of(CorsFields.ALLOW_ORIGIN));
        };
    }

    @Override
    public Policy create(CorsHeadersParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        Origins origins = Origins.read(params.allowOrigins().values(), "/allow_origins", problems);
        checkNames(params.allowMethods(), "/allow_methods", "method", problems);
        checkNames(params.allowHeaders(), "/allow_headers", "header field", problems);
        checkNames(params.exposeHeaders(), "/expose_headers", "header field", problems);
        if (params.allowCredentials()) {
            checkCredentials(params, problems);
            if (origins.includesArbitraryOrigins()) {
                problems.add(new ParamProblem(
                        "/allow_origins",
                        "with allow_credentials, a pattern for all origins would let every page act for the "
                                + "user: give a pattern for certain hosts"));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new CorsHeadersPolicy(params, origins);
    }

    private static void checkNames(
            @Nullable StringOrList names, String pointer, String what, List<ParamProblem> problems) {
        List<String> values = names == null ? List.of() : names.values();
        for (int i = 0; i < values.size(); i++) {
            if (!FieldRules.isToken(values.get(i))) {
                problems.add(
                        new ParamProblem(pointer + "/" + i, "not the name of a " + what + " (a token of RFC 9110)"));
            }
        }
    }

    /**
     * Rejects {@code *} and {@code null} in combination with credentials. As origins, both would admit every page. In
     * lists of methods and fields, browsers take {@code *} as a literal name (Fetch standard, "CORS protocol and
     * credentials").
     */
    private static void checkCredentials(CorsHeadersParams params, List<ParamProblem> problems) {
        for (String open : List.of(ANY, Origins.OPAQUE)) {
            int at = params.allowOrigins().values().indexOf(open);
            if (at >= 0) {
                problems.add(new ParamProblem(
                        "/allow_origins/" + at,
                        "'" + open
                                + "' with allow_credentials would let every page act for the user: list the origins"));
            }
        }
        checkListed(params.allowMethods(), "/allow_methods", problems);
        checkListed(params.allowHeaders(), "/allow_headers", problems);
        checkListed(params.exposeHeaders(), "/expose_headers", problems);
    }

    private static void checkListed(@Nullable StringOrList names, String pointer, List<ParamProblem> problems) {
        int at = names == null ? -1 : names.values().indexOf(ANY);
        if (at >= 0) {
            problems.add(new ParamProblem(
                    pointer + "/" + at, "with allow_credentials, browsers take '*' as a literal name: list the names"));
        }
    }
}
