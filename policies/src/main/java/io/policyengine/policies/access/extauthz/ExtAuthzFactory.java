package io.policyengine.policies.access.extauthz;

import io.policyengine.core.expression.Expression;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.lookup.LookupOptions;
import io.policyengine.core.params.OptionalStrings;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
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
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.Target;
import io.policyengine.policies.access.extauthz.ExtAuthzParams.ProtocolName;
import io.policyengine.policies.access.extauthz.protocol.AuthorizationProtocol;
import io.policyengine.policies.access.extauthz.protocol.GrpcProtocol;
import io.policyengine.policies.access.extauthz.protocol.HttpProtocol;
import io.policyengine.policies.access.extauthz.protocol.OpaProtocol;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code extAuthz}. */
@Descriptor(
        name = "extAuthz",
        version = "1.0.0",
        family = Family.ACCESS,
        phases = Phase.REQUEST,
        requestBody = BodyNeed.BUFFERED,
        facts = {
            Fact.MAY_DENY,
            Fact.RESTRICTS_ACCESS,
            Fact.USES_IDENTITY,
            Fact.DECLARES_ALL_EFFECTS,
            Fact.HAS_DEPENDENCY,
            Fact.CHANGES_REQUEST
        },
        codes = ExtAuthzCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class ExtAuthzFactory implements PolicyFactory<ExtAuthzParams> {
    @Override
    public BodyNeed bodyNeed(ExtAuthzParams params, Phase phase) {
        return phase == Phase.REQUEST && params.includeBodyBytes() > 0 ? BodyNeed.BUFFERED : BodyNeed.NONE;
    }

    @Override
    public EntryFacts facts(ExtAuthzParams params, Phase phase) {
        Set<String> shown = shown(params);
        Set<String> upstream = upstream(params);
        EntryFacts facts = PolicyFactory.super
                .facts(params, phase)
                .with(HeaderUse.Action.READS, shown == null ? List.of(HeaderUse.ALL) : shown)
                .with(HeaderUse.Action.REMOVES, upstream == null ? List.of() : upstream)
                .with(HeaderUse.Action.IDENTITY, identity(upstream));
        if (marksResponse(params)) {
            facts = facts.with(Fact.MARKS_RESPONSE);
        }
        if (params.cache() != null) {
            for (Expression<String> part : DecisionCache.compile(params.cache().key(), new ArrayList<>())) {
                facts = facts.with(part.facts());
            }
        }
        return facts;
    }

    @Override
    public Policy create(ExtAuthzParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        checkNames("/include_headers", params.includeHeaders(), problems);
        checkNames("/upstream_headers", params.upstreamHeaders(), problems);
        checkNames("/client_headers", params.clientHeaders(), problems);
        checkNames("/response_headers", params.responseHeaders(), problems);
        if (params.responseHeaders() != null && params.protocol() != ProtocolName.GRPC) {
            problems.add(new ParamProblem(
                    "/response_headers", "response_headers is supported only with protocol grpc: " + "remove it"));
        }
        checkPath(params, problems);
        DecisionCache cache = params.cache() == null ? null : cache(params, params.cache(), env, problems);
        Target target = target(params, env, problems);
        if (target == null || !problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        Future<RequestOutcome> onError = onError(params);
        return new ExtAuthzPolicy(
                protocol(params, target),
                new AuthorizationRules(
                        target.name(),
                        upstream(params),
                        names(params.clientHeaders()),
                        names(params.responseHeaders()),
                        params.denialFormat(),
                        onError),
                shown(params),
                params.includeBodyBytes(),
                cache,
                onError);
    }

    private static AuthorizationProtocol protocol(ExtAuthzParams params, Target target) {
        String path = params.path();
        return switch (params.protocol()) {
            case GRPC -> new GrpcProtocol(target, params.maxAnswerBytes());
            case HTTP -> new HttpProtocol(target, path == null ? "" : path, params.maxAnswerBytes());
            case OPA -> new OpaProtocol(target, path, params.maxAnswerBytes());
        };
    }

    private static @Nullable Target target(ExtAuthzParams params, PolicyEnvironment env, List<ParamProblem> problems) {
        try {
            return env.target(params.target());
        } catch (InvalidParamsException unusable) {
            unusable.problems().forEach(problem -> problems.add(new ParamProblem("/target", problem.message())));
            return null;
        }
    }

    private static DecisionCache cache(
            ExtAuthzParams params, ExtAuthzParams.Cache cache, PolicyEnvironment env, List<ParamProblem> problems) {
        if (cache.key() == null && shown(params) == null) {
            problems.add(new ParamProblem(
                    "/cache/key",
                    "give cache.key or include_headers: without either, decisions are cached by all header fields, "
                            + "which differ for each request"));
        }
        List<Expression<String>> key = DecisionCache.compile(cache.key(), problems);
        return new DecisionCache(
                key,
                Duration.ofSeconds(cache.ttlS()),
                Duration.ofSeconds(cache.negativeTtlS()),
                Duration.ofSeconds(cache.staleS()),
                decisions(params, cache, env));
    }

    /**
     * Returns the cache of decisions. Chain entries share it only if all their parameters are equal, since each
     * parameter may affect a decision.
     */
    private static Lookup<Sha256, Decision> decisions(
            ExtAuthzParams params, ExtAuthzParams.Cache cache, PolicyEnvironment env) {
        return env.sharedCache(
                "decisions",
                params,
                cache.maxBytes(),
                () -> new Lookup<>(LookupOptions.of(cache.maxBytes()), env.ticker(), env.cacheMeter("decisions")));
    }

    private static @Nullable Future<RequestOutcome> onError(ExtAuthzParams params) {
        Integer status = params.statusOnError();
        return status == null
                ? null
                : RequestOutcome.respond(new Denial(
                                status,
                                ExtAuthzCode.AUTHORIZATION_UNAVAILABLE,
                                "The authorization service is not available",
                                DenialReason.POLICY_ERROR)
                        .response(params.denialFormat()));
    }

    /** Returns the request fields that are sent to the service; null for all. */
    private static @Nullable Set<String> shown(ExtAuthzParams params) {
        return params.includeHeaders() == null && params.protocol() == ProtocolName.HTTP
                ? Set.of("authorization")
                : names(params.includeHeaders());
    }

    /** Returns the request fields that the service may set; null for all but identity fields. */
    private static @Nullable Set<String> upstream(ExtAuthzParams params) {
        return params.upstreamHeaders() == null && params.protocol() == ProtocolName.HTTP
                ? Set.of()
                : names(params.upstreamHeaders());
    }

    private static boolean marksResponse(ExtAuthzParams params) {
        OptionalStrings fields = params.responseHeaders();
        return params.protocol() == ProtocolName.GRPC
                && (fields == null || !fields.values().isEmpty());
    }

    private static List<String> identity(@Nullable Set<String> upstream) {
        return upstream == null
                ? List.of()
                : upstream.stream().filter(AuthorizationRules::isIdentity).toList();
    }

    private static @Nullable Set<String> names(@Nullable OptionalStrings names) {
        return names == null
                ? null
                : names.values().stream().map(HeaderMap::lowerCase).collect(Collectors.toUnmodifiableSet());
    }

    private static void checkNames(String pointer, @Nullable OptionalStrings written, List<ParamProblem> problems) {
        List<String> names = written == null ? List.of() : written.values();
        for (int i = 0; i < names.size(); i++) {
            String name = HeaderMap.lowerCase(names.get(i));
            if (!FieldRules.isToken(name) || FieldRules.isFraming(name) || name.equals("host")) {
                problems.add(new ParamProblem(
                        pointer + "/" + i,
                        "a field name is expected, and not that of a field that controls the "
                                + "transport, such as Host"));
            }
        }
    }

    private static void checkPath(ExtAuthzParams params, List<ParamProblem> problems) {
        String path = params.path();
        if (path == null) {
            return;
        }
        if (params.protocol() == ProtocolName.GRPC) {
            problems.add(new ParamProblem("/path", "path is not supported with protocol grpc: remove it"));
        } else if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c >= 0x7F || c == '#')) {
            problems.add(new ParamProblem(
                    "/path", "a path must begin with a slash, and have only visible ASCII characters " + "without #"));
        }
    }
}
