package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.lookup.LookupOptions;
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
import io.policyengine.core.policy.Target;
import io.policyengine.policies.ai.semanticcache.question.Fitness;
import io.policyengine.policies.ai.semanticcache.question.QuestionReader;
import io.policyengine.policies.ai.semanticcache.vector.Embedding;
import io.policyengine.policies.ai.semanticcache.vector.EmbeddingsClient;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.shared.digest.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code semanticCache}. */
@Descriptor(
        name = "semanticCache",
        version = "1.0.0",
        family = Family.AI,
        summary = "Answers prompts with stored answers to equivalent prompts.",
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED,
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
        codes = SemanticCacheCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class SemanticCacheFactory implements PolicyFactory<SemanticCacheParams> {
    /**
     * Divisor of the memory for stored answers. The quotient limits the memory for pending answers, and also that for
     * vectors of texts.
     */
    private static final int BESIDE = 4;

    /**
     * Maximum number of texts whose vectors are requested at the same time. Up to {@code WAITERS} requests may wait for
     * each vector.
     */
    private static final int LOADS = 64;

    /** Maximum number of requests that wait for the vector of one text. */
    private static final int WAITERS = 256;

    @Override
    public EntryFacts facts(SemanticCacheParams params, Phase phase) {
        EntryFacts facts =
                PolicyFactory.super.facts(params, phase).with(HeaderUse.Action.READS, List.of(HeaderUse.ALL));
        EntryFacts ofKey = params.key() == null
                ? EntryFacts.none()
                : ClientKey.parse(params.key()).facts(EntryFacts.none());
        boolean shares = params.shared() && !ClientKey.isIdentity(params.key());
        EntryFacts shared = shares ? facts.with(Fact.SHARES_ANSWERS) : facts;
        return phase == Phase.RESPONSE ? shared : shared.with(ofKey);
    }

    @Override
    public Policy create(SemanticCacheParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        String skipHeader = params.skipHeader();
        if (skipHeader != null && !FieldRules.isToken(skipHeader)) {
            problems.add(new ParamProblem("/skip_header", "not the name of a header field"));
        }
        String path = params.path();
        if (path != null && !path.startsWith("/")) {
            problems.add(new ParamProblem("/path", "a path begins with /"));
        }
        Target target = target(params, env, problems);
        String written = params.key();
        ClientKey key = written == null ? null : at("", problems, () -> ClientKey.parse(written));
        Store store = at("/store", problems, () -> env.store(params.store(), "", params.maxBytes()));
        if (target == null || store == null || !problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        long beside = params.maxBytes() / BESIDE;
        Capacity room = env.capacity("answers", beside);
        String model = model(params);
        Lookup<Sha256, Embedding> known = env.sharedCache("vectors", model, beside, () -> vectors(beside, env));
        QuestionReader.Rules rules = new QuestionReader.Rules(
                model, params.generation(), params.shared(), key, params.exactFigures(), params.maxPromptBytes());
        Fitness fitness = new Fitness(params.maxTemperature(), params.withTools(), params.multiTurn(), params.shared());
        SemanticCacheState state = new SemanticCacheState(
                params,
                env,
                new QuestionReader(rules, fitness, env),
                new EmbeddingsClient(target, path, params.model(), params.dimensions(), known, env),
                store,
                room);
        return new SemanticCachePolicy(state);
    }

    /**
     * Returns a text that identifies the source of vectors: server, path, model and dimensions. Vectors of different
     * sources are never compared.
     */
    private static String model(SemanticCacheParams params) {
        return String.join(
                "\n",
                Objects.requireNonNullElse(params.target(), ""),
                Objects.requireNonNullElse(params.url(), ""),
                Objects.requireNonNullElse(params.path(), ""),
                params.model(),
                String.valueOf(params.dimensions()));
    }

    private static Lookup<Sha256, Embedding> vectors(long maxBytes, PolicyEnvironment env) {
        return new Lookup<>(
                LookupOptions.of(maxBytes).withPending(LOADS, WAITERS).withRefreshAhead(0),
                env.ticker(),
                env.cacheMeter("vectors"));
    }

    private static @Nullable Target target(
            SemanticCacheParams params, PolicyEnvironment env, List<ParamProblem> problems) {
        String target = params.target();
        String url = params.url();
        if ((target == null) == (url == null)) {
            problems.add(new ParamProblem("", "exactly one of target and url is expected"));
            return null;
        }
        return target == null
                ? at("/url", problems, () -> env.target(Objects.requireNonNull(url)))
                : at("/target", problems, () -> env.target(target));
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
}
