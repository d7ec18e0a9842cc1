package io.policyengine.policies.traffic.idempotency;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code idempotency}. */
@Descriptor(
        name = "idempotency",
        version = "1.0.0",
        family = Family.TRAFFIC,
        summary =
                "Runs a request only once, even if it is sent several times with the same key, and sends its response "
                        + "each time.",
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED,
        responseBody = BodyNeed.STREAMING,
        facts = {Fact.MAY_DENY, Fact.ANSWERS_FROM_MEMORY, Fact.STORES_ANSWERS, Fact.DECLARES_ALL_EFFECTS},
        endAccuracy = EndAccuracy.STREAM,
        codes = IdempotencyCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class IdempotencyFactory implements PolicyFactory<IdempotencyParams> {
    /** Maximum total size of the copies of responses that are not yet stored, in bytes, for each process. */
    private static final long ON_THEIR_WAY = 4 << 20;

    @Override
    public EntryFacts facts(IdempotencyParams params, Phase phase) {
        EntryFacts declared = PolicyFactory.super.facts(params, phase);
        boolean isLocal = params.store().equals(Store.LOCAL);
        EntryFacts facts = isLocal ? declared : declared.with(Fact.HAS_DEPENDENCY);
        EntryFacts ofKey = ClientKey.parse(params.key()).facts(EntryFacts.none());
        EntryFacts owned = ClientKey.isIdentity(params.key()) ? facts : facts.with(Fact.SHARES_ANSWERS);
        if (phase == Phase.RESPONSE) {
            return owned;
        }
        EntryFacts requests = owned.with(ofKey).with(HeaderUse.Action.READS, List.of(params.header()));
        return isLocal ? requests.with(Fact.RELIES_ON_LOCAL_STATE) : requests;
    }

    /** Creates a policy that shares its state with the entry of the same name in the other flow. */
    @Override
    public Policy create(IdempotencyParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        if (!FieldRules.isToken(params.header())) {
            problems.add(new ParamProblem("/header", "not the name of a header field"));
        }
        ClientKey owner = at("", problems, () -> ClientKey.parse(params.key()));
        String scope = Objects.requireNonNullElse(params.scope(), "");
        Store store = at("/store", problems, () -> env.store(params.store(), scope, params.maxBytes()));
        if (owner == null || store == null || !problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        Capacity room = env.capacity("answers", ON_THEIR_WAY);
        return new IdempotencyPolicy(
                params, new Fingerprints(owner, HeaderMap.lowerCase(params.header()), env), store, room, env);
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
