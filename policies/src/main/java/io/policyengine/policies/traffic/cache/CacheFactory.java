package io.policyengine.policies.traffic.cache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.params.OptionalStrings;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Store;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.cache.entry.Answers;
import io.policyengine.policies.traffic.cache.rules.Freshness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code cache}. */
@Descriptor(
        name = "cache",
        version = "1.0.0",
        family = Family.TRAFFIC,
        summary = "Answers requests from stored responses of the upstream (RFC 9111).",
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED_OR_STREAMING,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {
            Fact.MAY_DENY,
            Fact.USES_IDENTITY,
            Fact.STANDS_IN_BOTH_FLOWS,
            Fact.ANSWERS_FROM_MEMORY,
            Fact.STORES_ANSWERS,
            Fact.DECLARES_ALL_EFFECTS,
            Fact.HAS_DEPENDENCY,
            Fact.CHANGES_REQUEST
        },
        endAccuracy = EndAccuracy.STREAM,
        codes = CacheCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class CacheFactory implements PolicyFactory<CacheParams> {
    /** Divisor of {@code max_bytes}. The quotient is the maximum memory for responses in transit. */
    private static final int ON_THEIR_WAY = 4;

    @Override
    public EntryFacts facts(CacheParams params, Phase phase) {
        EntryFacts facts =
                PolicyFactory.super.facts(params, phase).with(HeaderUse.Action.READS, List.of(HeaderUse.ALL));
        EntryFacts ofKey = params.key() == null
                ? EntryFacts.none()
                : ClientKey.parse(params.key()).facts(EntryFacts.none());
        boolean shares = params.shared() && !ClientKey.isIdentity(params.key());
        EntryFacts shared = shares ? facts.with(Fact.SHARES_ANSWERS) : facts;
        return phase == Phase.RESPONSE ? shared : shared.with(ofKey);
    }

    /** Creates a policy that shares its state with the entry of the same name in the other flow. */
    @Override
    public Policy create(CacheParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        List<String> fields = params.partitionFields() == null
                ? null
                : names("/partition_fields", params.partitionFields(), problems);
        List<String> targeted = names("/targeted_fields", params.targetedFields(), problems);
        String written = params.key();
        ClientKey key = written == null ? null : at("", problems, () -> ClientKey.parse(written));
        Store store = at("/store", problems, () -> env.store(params.store(), "", params.maxBytes()));
        if (store == null || !problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        Capacity budget = env.capacity("answers", params.maxBytes() / ON_THEIR_WAY);
        return new CachePolicy(new CacheState(
                params,
                env,
                new Partition(params.shared(), fields, key, env.passedDigest()),
                new CacheState.FreshnessRules(
                        targeted,
                        new Freshness.Defaults(
                                params.ttlS(),
                                params.maxTtlS(),
                                params.staleWhileRevalidateS(),
                                params.staleIfErrorS())),
                new Answers(
                        store,
                        env.ticker(),
                        params.maxVariants(),
                        longest(params),
                        env.state("latest", "", AtomicLong::new)),
                env.perExchange("fetches", (fetch, _) -> fetch.end()),
                env.state("flights", "", () -> new Flights(env)),
                budget));
    }

    /**
     * Returns the longest storage time of a response: its lifetime plus the time for which it is kept when stale. The
     * response may state both times, each up to {@code max_ttl_s}.
     */
    private static Duration longest(CacheParams params) {
        int stale = Math.max(params.revalidateS(), Math.max(params.staleWhileRevalidateS(), params.staleIfErrorS()));
        return Duration.ofSeconds((long) params.maxTtlS() + Math.max(stale, params.maxTtlS()));
    }

    private static <T> @Nullable T at(String pointer, List<ParamProblem> problems, Supplier<T> make) {
        try {
            return make.get();
        } catch (InvalidParamsException unusable) {
            unusable.problems()
                    .forEach(problem -> problems.add(new ParamProblem(pointer + problem.pointer(), problem.message())));
            return null;
        }
    }

    private static List<String> names(String pointer, OptionalStrings names, List<ParamProblem> problems) {
        List<String> lower = new ArrayList<>();
        for (int i = 0; i < names.values().size(); i++) {
            String name = HeaderMap.lowerCase(names.values().get(i));
            if (!FieldRules.isToken(name)) {
                problems.add(new ParamProblem(pointer + "/" + i, "not the name of a header field"));
            }
            lower.add(name);
        }
        return List.copyOf(lower);
    }
}
